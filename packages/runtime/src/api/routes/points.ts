import { closedObject, Type } from '@caudal/core';
import type { DeviceInfo, Domain, PointInfo } from '../../config/domain.ts';
import { readContacts } from '../contacts.ts';
import { pageById, pageOf, paging } from '../page.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { IdText } from '../schemas/parts.ts';
import { DeviceView, deviceView, PointView, pointView, SeriesView, seriesView } from '../schemas/points.ts';
import type { Sight } from '../sight.ts';

const tag = 'Points';
const needs = 'points:read' as const;

const pointOf = (series: string) => series.slice(0, series.indexOf('/'));

/** Bindings of a device to series in sight. */
const bindingsOf = (domain: Domain, sight: Sight, device: string) =>
  [...(domain.bindings.get(device)?.entries() ?? [])].flatMap(([variable, list]) =>
    list.filter(({ series }) => sight.one(series) !== undefined).map((binding) => ({ ...binding, variable })),
  );

/** By point, the devices in sight that feed it. */
const feeders = (domain: Domain, sight: Sight): ReadonlyMap<string, readonly DeviceInfo[]> => {
  const found = new Map<string, Set<DeviceInfo>>();
  for (const device of sight.all.devices)
    for (const { series } of bindingsOf(domain, sight, device.id)) {
      const point = pointOf(series);
      found.set(point, (found.get(point) ?? new Set()).add(device));
    }
  return new Map([...found].map(([point, devices]) => [point, [...devices]]));
};

const viewer = async (services: Parameters<typeof readContacts>[0] & { readonly domain: Domain }, sight: Sight) => {
  const contacts = await readContacts(services);
  const feeding = feeders(services.domain, sight);
  return (point: PointInfo) => {
    const devices = feeding.get(point.id) ?? [];
    const obligations = sight.all.obligations.filter(({ members }) =>
      Object.values(members).some(({ series }) => pointOf(series) === point.id),
    );
    return pointView(point, {
      ...contacts.together(devices),
      devices: devices.map(({ id }) => id),
      obligations: obligations.map(({ id }) => id),
    });
  };
};

const contains = (text: string | undefined, part: string) => text?.toLowerCase().includes(part) ?? false;

const listPoints = route({
  id: 'listPoints',
  method: 'GET',
  path: '/points',
  tag,
  summary: 'Points in sight, by id',
  needs,
  query: closedObject({
    ...paging,
    text: Type.Optional(
      Type.String({ maxLength: 100, description: 'In id, name, code or owner; capitals do not matter.' }),
    ),
    state: Type.Optional(Type.Enum(['ACTIVE', 'INACTIVE', 'MAINTENANCE'])),
    kind: Type.Optional(Type.String({ maxLength: 30 })),
  }),
  answer: pageOf(PointView, 'Points'),
  async run({ query, services, sight }) {
    const part = query.text?.toLowerCase();
    const found = sight.all.points.filter(
      (point) =>
        (query.state === undefined || (point.state ?? 'ACTIVE') === query.state) &&
        (query.kind === undefined || point.kind === query.kind) &&
        (part === undefined || [point.id, point.name, point.code, point.owner].some((text) => contains(text, part))),
    );
    return pageById(found, query, await viewer(services, sight), 'points');
  },
});

const getPoint = route({
  id: 'getPoint',
  method: 'GET',
  path: '/points/{point}',
  tag,
  summary: 'One point with its series',
  needs,
  params: closedObject({ point: IdText('Id of the point.') }),
  answer: PointView,
  async run({ params, services, sight }) {
    const point = sight.point(params.point);
    if (point === undefined) throw notFound('such point');
    return (await viewer(services, sight))(point);
  },
});

const listSeries = route({
  id: 'listSeries',
  method: 'GET',
  path: '/series',
  tag,
  summary: 'Series in sight, by id',
  needs,
  query: closedObject({
    ...paging,
    point: Type.Optional(IdText('Of this point.')),
    kind: Type.Optional(Type.String({ maxLength: 30, description: 'Such as flow or level.' })),
  }),
  answer: pageOf(SeriesView, 'SeriesList'),
  async run({ query, sight }) {
    const found = sight.all.series.filter(
      (series) =>
        (query.point === undefined || series.point === query.point) &&
        (query.kind === undefined || series.kind === query.kind),
    );
    return pageById(found, query, seriesView, 'series');
  },
});

const listDevices = route({
  id: 'listDevices',
  method: 'GET',
  path: '/devices',
  tag,
  summary: 'Devices that feed a point in sight, by id',
  needs,
  query: closedObject({ ...paging, provider: Type.Optional(IdText('Provider instance.')) }),
  answer: pageOf(DeviceView, 'Devices'),
  async run({ query, services, sight }) {
    const contacts = await readContacts(services);
    const found = sight.all.devices.filter(
      ({ provider }) => query.provider === undefined || provider === query.provider,
    );
    return pageById(
      found,
      query,
      (device) => deviceView(device, bindingsOf(services.domain, sight, device.id), contacts.of(device)),
      'devices',
    );
  },
});

const getDevice = route({
  id: 'getDevice',
  method: 'GET',
  path: '/devices/{device}',
  tag,
  summary: 'One device and what it feeds',
  needs,
  params: closedObject({ device: IdText('Our id of the device.') }),
  answer: DeviceView,
  async run({ params, services, sight }) {
    const device = sight.device(params.device);
    if (device === undefined) throw notFound('such device');
    const contacts = await readContacts(services);
    return deviceView(device, bindingsOf(services.domain, sight, device.id), contacts.of(device));
  },
});

export const pointRoutes: readonly Route[] = [listPoints, getPoint, listSeries, listDevices, getDevice];
