import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dga } from '@caudal/compliance-dga';
import { configured, defineRule, nothing, schemaOf, Type } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import { tago } from '@caudal/provider-tago';
import type { RuntimeConfig } from '@caudal/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mistake } from '../../src/config/mistake.ts';
import { readConfiguration, resolveConfiguration } from '../../src/config/resolve.ts';
import { goodConfig, goodData, goodEnvironment } from './good.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mistakesOf = (config: RuntimeConfig, data: string, environment: NodeJS.ProcessEnv = goodEnvironment) => {
  writeFileSync(join(folder, 'data.yaml'), data);
  const given = { ...config, ...(config.data === goodConfig.data ? { data: [join(folder, 'data.yaml')] } : {}) };
  return readConfiguration(given, { configFile: 'caudal.config.ts', environment }).mistakes;
};

const replaced = (text: string, from: string, to: string): string => {
  expect(text.split(from), `"${from}" stands once in the good data`).toHaveLength(2);
  return text.replace(from, () => to);
};

/** Number of the line with the text; `text#2` is the second one with it. */
const lineOf = (text: string, marker: string): number => {
  const lines = text.split('\n');
  if (marker.endsWith('#2')) return lines.findLastIndex((line) => line.includes(marker.slice(0, -2))) + 1;
  expect(
    lines.filter((line) => line.includes(marker)),
    `"${marker}" is on one line`,
  ).toHaveLength(1);
  return lines.findIndex((line) => line.includes(marker)) + 1;
};

interface DataCase {
  readonly edit: readonly [from: string, to: string];
  /** Text that only the line of the mistake has. */
  readonly on: string;
  readonly path: string;
  readonly says: string;
  readonly severity?: 'warning';
}

const twoTotals = `  - { device: spare, variable: t2, series: canal/total, from: 2026-04-01T00:00:00Z }`;

const dataCases: Readonly<Record<string, DataCase>> = {
  'a misspelt key': {
    edit: ['zone: America/Santiago\n    series', 'zoen: America/Santiago\n    series'],
    on: 'zoen',
    path: 'points[0].zoen',
    says: 'unknown key "zoen"; did you mean "zone"?',
  },
  'a misspelt list': {
    edit: ['\nsubscriptions:', '\nsubscription:'],
    on: 'subscription:',
    path: 'subscription',
    says: 'unknown key "subscription"; did you mean "subscriptions"?',
  },
  'a key that is missing': {
    edit: ['    name: Canal de ejemplo\n', ''],
    on: '- id: canal',
    path: 'points[1].name',
    says: 'is required',
  },
  'a value outside its list': {
    edit: ['kind: canal', 'kind: ditch'],
    on: 'kind: ditch',
    path: 'points[1].kind',
    says: 'must be one of "well", "spring"',
  },
  'an id without quotes that is a number': {
    edit: ['externalId: 5a3c0d9e1f2b4a6c8d7e0002', 'externalId: 5300000002'],
    on: '5300000002',
    path: 'devices[1].externalId',
    says: 'put it in quotes',
  },
  'an instant without a zone': {
    edit: ['from: 2026-01-15T12:00:00Z', 'from: 2026-01-15T12:00:00'],
    on: 'from: 2026-01-15T12:00:00',
    path: 'obligations[0].from',
    says: 'must match',
  },
  'a day that does not exist': {
    edit: ['from: 2026-01-15T12:00:00Z', 'from: 2026-02-31T12:00:00Z'],
    on: '2026-02-31',
    path: 'obligations[0].from',
    says: 'is no day and time that exist',
  },
  'an id that is there twice': {
    edit: ['- id: new', '- id: old'],
    on: '- id: old#2',
    path: 'meters[1].id',
    says: 'is there twice; the first is at',
  },
  'one logger as two devices': {
    edit: ['externalId: 5a3c0d9e1f2b4a6c8d7e0002', 'externalId: 5a3c0d9e1f2b4a6c8d7e0001'],
    on: 'externalId: 5a3c0d9e1f2b4a6c8d7e0001#2',
    path: 'devices[1].externalId',
    says: 'is also that of device "logger"',
  },
  'a provider that is not configured': {
    edit: [
      'provider: tago\n    externalId: 5a3c0d9e1f2b4a6c8d7e0002',
      'provider: tagoo\n    externalId: 5a3c0d9e1f2b4a6c8d7e0002',
    ],
    on: 'tagoo',
    path: 'devices[1].provider',
    says: 'there is no provider "tagoo"; did you mean "tago"?',
  },
  'device settings that the provider does not know': {
    edit: ['settings: { zone: America/Santiago }', 'settings: { timezone: America/Santiago }'],
    on: 'timezone',
    path: 'devices[0].settings.timezone',
    says: 'unknown key "timezone"; did you mean "zone"?',
  },
  'variable settings that the provider does not know': {
    edit: ["{ token: 'env:GOOD_TOKEN' }", "{ tokn: 'env:GOOD_TOKEN' }"],
    on: 'tokn',
    path: 'devices[0].variables.column.tokn',
    says: 'unknown key "tokn"; did you mean "token"?',
  },
  'a secret written in plain': {
    edit: ["{ token: 'env:GOOD_TOKEN' }", "{ token: 'hunter2-plain' }"],
    on: 'hunter2-plain',
    path: 'devices[0].variables.column.token',
    says: 'must be a reference to a secret, not the secret itself',
  },
  'a literal secret': {
    edit: ["password: 'env:GOOD_DGA'", "password: 'literal:hunter2-literal'"],
    on: 'hunter2-literal',
    path: 'obligations[0].work.settings.informant.password',
    says: 'a literal secret is for tests and scripts only',
  },
  'a credential that is no reference': {
    edit: ['0002\n    credential: env:GOOD_TOKEN', '0002\n    credential: hunter2-token'],
    on: 'hunter2-token',
    path: 'devices[1].credential',
    says: 'must be a reference to a secret',
  },
  'an environment variable that is not set': {
    edit: ["password: 'env:GOOD_DGA'", "password: 'env:GOOD_DGA_2'"],
    on: 'GOOD_DGA_2',
    path: 'obligations[0].work.settings.informant.password',
    says: 'environment variable GOOD_DGA_2 is not set',
    severity: 'warning',
  },
  'polls rarer than a slot waits': {
    edit: ['silentAfterMinutes: 45', 'silentAfterMinutes: 45\n    pollMinutes: 30'],
    on: '- id: dga-well',
    path: 'obligations[0].waitMinutes',
    says: 'is shorter than pollMinutes (30) of "logger"',
    severity: 'warning',
  },
  'silence shorter than the interval': {
    edit: ['silentAfterMinutes: 45', 'silentAfterMinutes: 5'],
    on: 'silentAfterMinutes',
    path: 'devices[0].silentAfterMinutes',
    says: 'is shorter than the interval of 10 minutes',
    severity: 'warning',
  },
  'a zone that is none': {
    edit: ['zone: America/Punta_Arenas', 'zone: America/Punta'],
    on: 'America/Punta',
    path: 'people[0].zone',
    says: 'must be the IANA name of a zone',
  },
  'an offset as zone': {
    edit: ['zone: America/Santiago\n    series', "zone: '-04:00'\n    series"],
    on: "-04:00'",
    path: 'points[0].zone',
    says: 'must be the IANA name of a zone',
  },
  'a custom variable without unit': {
    edit: ['battery: { kind: custom, unit: V, opaqueUnit: true }', 'battery: { kind: custom }'],
    on: 'battery: {',
    path: 'points[0].series.battery.unit',
    says: 'a custom variable needs its unit',
  },
  'an unknown unit': {
    edit: ['flow: { unit: L/s,', 'flow: { unit: l/sgd,'],
    on: 'l/sgd',
    path: 'points[0].series.flow.unit',
    says: 'unit "l/sgd" is not known',
  },
  'a unit of another dimension than the kind': {
    edit: ['flow: { unit: L/s,', 'flow: { kind: averageFlow, unit: m3,'],
    on: 'averageFlow',
    path: 'points[0].series.flow.unit',
    says: 'm3 is a unit of volume, and a series of kind averageFlow needs one of flow',
  },
  'limits that exclude each other': {
    edit: ['failBelow: 0, suspectAbove: 40, failAbove: 60', 'failBelow: 60, failAbove: 0'],
    on: 'failBelow: 60',
    path: 'points[0].series.flow.limits.failAbove',
    says: 'must be above "failBelow": otherwise every value would fail',
  },
  'a suspect limit outside the fail limits': {
    edit: ['suspectAbove: 40, failAbove: 60', 'suspectAbove: 70, failAbove: 60'],
    on: 'suspectAbove: 70',
    path: 'points[0].series.flow.limits.failAbove',
    says: 'must be above "suspectAbove"',
  },
  'alert conditions that exclude each other': {
    edit: [
      'level: { limits: { alertBelow: 2, alertAbove: 40 } }',
      'level: { alerts: { below: { limit: 40 }, above: { limit: 2 } } }',
    ],
    on: 'below: { limit: 40 }',
    path: 'points[0].series.level.alerts.above.limit',
    says: 'every value would be an alert',
  },
  'a threshold that is said twice': {
    edit: ['level: { limits: { alertBelow: 2,', 'level: { alerts: { below: { limit: 2 } }, limits: { alertBelow: 2,'],
    on: 'alertBelow: 2',
    path: 'points[0].series.level.alerts.below',
    says: 'limits.alertBelow asks for it already',
  },
  'an alert of a calculated field': {
    edit: [
      'obligations:',
      'schemas: [{ id: a, name: A, kind: ALERT, fields: { flow: {}, twice: { expression: flow * 2, unit: L/s, alerts: { above: { limit: 1 } } } } }]\n\nobligations:',
    ],
    on: 'expression: flow',
    path: 'schemas[0].fields.twice.alerts',
    says: 'this field is calculated',
  },
  'a condition that two schemas ask for': {
    edit: [
      'obligations:',
      'schemas:\n  - { id: a, name: A, kind: ALERT, points: [well], fields: { flow: { alerts: { noData: { minutes: 60 } } } } }\n  - { id: b, name: B, kind: ALERT, points: [well], fields: { flow: { alerts: { noData: { minutes: 90 } } } } }\n\nobligations:',
    ],
    on: 'minutes: 90',
    path: 'schemas[1].fields.flow.alerts.noData',
    says: 'schema "a" asks for it at well/flow already',
  },
  'an override of a rule that does not exist': {
    edit: ['      time: {', '      tyme: {'],
    on: 'tyme',
    path: 'points[0].rules.tyme',
    says: 'there is no rule at this point "tyme"; did you mean "time"?',
  },
  'an override of a parameter that the rule lacks': {
    edit: ['gapIntervals: 3', 'gapInterval: 3'],
    on: 'gapInterval',
    path: 'points[0].rules.time.gapInterval',
    says: 'unknown key "gapInterval"; did you mean "gapIntervals"?',
  },
  'an override out of range': {
    edit: ['gapIntervals: 3', 'gapIntervals: 0'],
    on: 'gapIntervals',
    path: 'points[0].rules.time.gapIntervals',
    says: 'must be > 0',
  },
  'a binding of a device that does not exist': {
    edit: ['device: spare, variable: flow', 'device: sparee, variable: flow'],
    on: 'sparee',
    path: 'bindings[4].device',
    says: 'there is no device "sparee"; did you mean "spare"?',
  },
  'a binding to a series that does not exist': {
    edit: ['series: well/battery', 'series: well/batery'],
    on: 'batery',
    path: 'bindings[3].series',
    says: 'there is no series "well/batery"; did you mean "well/battery"?',
  },
  'a binding that ends before it begins': {
    edit: [twoTotals, twoTotals.replace(' }', ', to: 2026-03-01T00:00:00Z }')],
    on: 'variable: t2',
    path: 'bindings[6].to',
    says: 'must be later than "from"',
  },
  'an unknown unit of a binding': {
    edit: ['unit: m3/h, scale: 0.1', 'unit: metros, scale: 0.1'],
    on: 'unit: metros',
    path: 'bindings[1].unit',
    says: 'metros (length) does not convert to L/s (flow), the unit of well/flow',
  },
  'a unit of a binding that nobody knows': {
    edit: ['unit: m3/h, scale: 0.1', 'unit: furlongs, scale: 0.1'],
    on: 'unit: furlongs',
    path: 'bindings[1].unit',
    says: 'unit "furlongs" is not known',
  },
  'a unit for an opaque series': {
    edit: ['series: well/battery }', 'series: well/battery, unit: mV }'],
    on: 'unit: mV',
    path: 'bindings[3].unit',
    says: 'the unit of well/battery is opaque and never converted',
  },
  'pulses in another spelling': {
    edit: ['unit: pulses }', 'unit: pulsos }'],
    on: 'unit: pulsos',
    path: 'bindings[0].unit',
    says: 'write "pulses" for a pulse register',
  },
  'pulses that a meter gives no worth': {
    edit: ['    pulses: { pulsesPerLiter: 0.01 }\n', ''],
    on: 'unit: pulses }',
    path: 'bindings[0].unit',
    says: 'is pulses, and meter "new"',
  },
  'pulses for a flow': {
    edit: [
      'device: spare, variable: flow, series: well/flow, ',
      'device: spare, variable: flow, unit: pulses, series: well/flow, ',
    ],
    on: 'variable: flow, unit: pulses',
    path: 'bindings[4].unit',
    says: 'pulses are counted by a total, and well/flow is a series of kind flow',
  },
  'a scale on pulses': {
    edit: ['unit: pulses }', 'unit: pulses, scale: 2 }'],
    on: 'scale: 2',
    path: 'bindings[0].scale',
    says: 'does not apply to pulses',
  },
  'a level convention on a flow': {
    edit: ['scale: 0.1 }', 'level: { convention: column } }'],
    on: 'convention: column',
    path: 'bindings[1].level',
    says: 'applies to levels, and well/flow is a series of kind flow',
  },
  'a depth in metres for a level in centimetres': {
    edit: ['level: { limits: {', 'level: { unit: cm, limits: {'],
    on: 'sensorDepthM',
    path: 'bindings[2].level.sensorDepthM',
    says: 'is in metres, so well/level must be kept in m, not in cm',
  },
  'two bindings of one priority to one series': {
    edit: [', to: 2026-04-01T00:00:00Z', ''],
    on: 'variable: t2',
    path: 'bindings[6]',
    says: 'feeds canal/total at the same time and with the same priority as',
  },
  'two bindings of one vendor variable': {
    edit: [
      'variable: t2, series: canal/total, from: 2026-04-01T00:00:00Z',
      'variable: flow, series: canal/flow, priority: 1',
    ],
    on: 'canal/flow',
    path: 'bindings[6]',
    says: 'binds flow of spare at the same time and with the same priority as',
  },
  'a meter of a series that is no total': {
    edit: ['- id: old\n    series: well/total', '- id: old\n    series: canal/flow'],
    on: 'series: canal/flow',
    path: 'meters[0].series',
    says: 'must be a total, and canal/flow is a series of kind flow',
  },
  'two meters at one time': {
    edit: ['    installedAt: 2026-03-01T10:00:00-03:00', '    installedAt: 2026-02-01T10:00:00-03:00'],
    on: '- id: new',
    path: 'meters[1]',
    says: 'stands at well/total at the same time as meter "old"',
  },
  'a removal without a last reading': {
    edit: ['    lastReading: 4711.5\n', ''],
    on: 'removedAt',
    path: 'meters[0].removedAt',
    says: 'has no "lastReading" with it',
    severity: 'warning',
  },
  'a reading that the register never shows': {
    edit: ['lastReading: 4711.5', 'lastReading: 1000000'],
    on: 'lastReading',
    path: 'meters[0].lastReading',
    says: 'must be below "rollover"',
  },
  'a second calibration that does not say where the register stood': {
    edit: [', atPulses: 52000', ''],
    on: 'calibrations',
    path: 'meters[1].calibrations[1]',
    says: 'needs "atPulses"',
  },
  'a second calibration without a date': {
    edit: ['{ from: 2026-06-01T00:00:00-04:00, factor: 1,', '{ factor: 1,'],
    on: 'calibrations',
    path: 'meters[1].calibrations[1].from',
    says: 'only the first calibration may lack it',
  },
  'a target that is not configured': {
    edit: ['target: dga', 'target: sma'],
    on: 'target: sma',
    path: 'obligations[0].target',
    says: 'there is no target "sma"',
  },
  'a standard that the regulator does not have': {
    edit: ['standard: MAYOR', 'standard: MAJOR'],
    on: 'standard: MAJOR',
    path: 'obligations[0].standard',
    says: 'DGA has no standard "MAJOR"; did you mean "MAYOR"?',
  },
  'a parameter that the variant does not have': {
    edit: [
      '      totalizador: { series: well/total }',
      '      totalizador: { series: well/total }\n      alturaLimnimetrica: { series: well/level }',
    ],
    on: 'alturaLimnimetrica',
    path: 'obligations[0].members.alturaLimnimetrica',
    says: 'DGA has no parameter "alturaLimnimetrica" here; it takes caudal',
  },
  'a required parameter that is missing': {
    edit: ['      totalizador: { series: well/total }\n', ''],
    on: 'members:',
    path: 'obligations[0].members.totalizador',
    says: 'DGA requires it of this work',
  },
  'a member in a unit that does not convert': {
    edit: ['nivelFreaticoDelPozo: { series: well/level }', 'nivelFreaticoDelPozo: { series: canal/flow }'],
    on: 'nivelFreaticoDelPozo',
    path: 'obligations[0].members.nivelFreaticoDelPozo.series',
    says: 'canal/flow is in m3/h (flow), and nivelFreaticoDelPozo is reported in m (length)',
  },
  'member settings that the target does not take': {
    edit: ['caudal: { series: well/flow }', 'caudal: { series: well/flow, settings: { decimals: 3 } }'],
    on: 'decimals: 3',
    path: 'obligations[0].members.caudal.settings.decimals',
    says: 'unknown key "decimals"',
  },
  'work settings that the target does not take': {
    edit: ['variant: subterranea,', 'variant: subterraneo,'],
    on: 'subterraneo',
    path: 'obligations[0].work.settings.variant',
    says: 'must be one of "subterranea", "flujometro", "limnimetrica"',
  },
  'an address that the channel can not reach': {
    edit: ['{ email: ana@example.org }', '{ mail: ana@example.org, email: a@example.org }'],
    on: 'mail: ana@example.org',
    path: 'people[0].addresses.mail.mail',
    says: 'unknown key "mail"',
  },
  'a subscription of nobody': {
    edit: ['person: ana', 'person: anna'],
    on: 'anna',
    path: 'subscriptions[0].person',
    says: 'there is no person "anna"; did you mean "ana"?',
  },
  'a subscription to a point that does not exist': {
    edit: ['points: [well]', 'points: [wells]'],
    on: 'wells',
    path: 'subscriptions[0].points[0]',
    says: 'there is no point "wells"; did you mean "well"?',
  },
  'a subscription to an owner that does not exist': {
    edit: ['points: [well] }\n', 'owners: [ana-sa] }\n\nowners:\n  - { id: ana-spa, name: Ana SpA }\n'],
    on: 'owners: [ana-sa]',
    path: 'subscriptions[0].owners[0]',
    says: 'there is no owner "ana-sa"; did you mean "ana-spa"?',
  },
  'a subscription to no owner at all': {
    edit: ['points: [well] }\n', 'owners: [] }\n'],
    on: 'owners: []',
    path: 'subscriptions[0].owners',
    says: 'must not have fewer than 1 items',
  },
  'a channel without an address': {
    edit: ['addresses: { mail: { email: ana@example.org } }', 'addresses: {}'],
    on: 'person: ana',
    path: 'subscriptions[0].channels[0]',
    says: 'has no address for mail',
  },
  'a key that is there twice': {
    edit: ['kind: canal', 'kind: canal\n    kind: river'],
    on: 'kind: river',
    path: '',
    says: 'duplicate key',
  },
  'text that is no YAML': {
    edit: ["events: ['*']", "events: ['*'"],
    on: 'person: ana',
    path: '',
    says: 'end with a ]',
  },
  'an alias that nobody declared': {
    edit: ['kind: canal', 'kind: *nothing'],
    on: '*nothing',
    path: '',
    says: 'there is no anchor &nothing above this alias',
  },
};

/** A rule of somebody's own, with a parameter that it needs. */
const rule = defineRule({
  id: 'own-rule',
  version: '1.0.0',
  config: schemaOf(Type.Object({}, { additionalProperties: false })),
  params: schemaOf(
    Type.Object({ threshold: Type.Number({ description: 'Needed.' }) }, { additionalProperties: false }),
  ),
  roles: { flow: { required: true, description: 'Any flow' } },
  codes: {},
  create: () => ({
    open: () => ({ push: () => nothing, advance: () => nothing, save: () => null, load: () => undefined }),
  }),
});

interface ConfigCase {
  readonly config: object;
  readonly path: string;
  readonly says: string;
  readonly severity?: 'warning';
}

const configCases: Readonly<Record<string, ConfigCase>> = {
  'a misspelt option': { config: { provider: {} }, path: 'provider', says: 'unknown key "provider"' },
  'a misspelt option of a group': {
    config: { collect: { tickMS: 5 } },
    path: 'collect.tickMS',
    says: 'unknown key "tickMS"; did you mean "tickMs"?',
  },
  'an option out of range': { config: { http: { port: 70_000 } }, path: 'http.port', says: 'must be <= 65535' },
  'a profile that does not exist': {
    config: { profile: 'strict' },
    path: 'profile',
    says: 'must be one of "default", "stack-vps"',
  },
  'a proxy that is no address': {
    config: { network: { proxy: 'proxy.example:3128' } },
    path: 'network.proxy',
    says: 'must be an address that begins with http:// or https://',
  },
  'a CA file that is not there': {
    config: { network: { caFile: '/nowhere/ca.pem' } },
    path: 'network.caFile',
    says: 'can not be read',
  },
  'an audit key that is no reference': {
    config: { audit: { key: 'MC4CAQAwBQYDK2VwBCIEIA' as 'env:X' } },
    path: 'audit.key',
    says: 'must be a reference to a secret, not the secret itself; write env:NAME or file:/path',
  },
  'a reader of the audit who does not exist': {
    config: { audit: { tell: [{ person: 'nobody', channel: 'mail' }] } },
    path: 'audit.tell[0].person',
    says: 'there is no person "nobody"',
  },
  'a data folder that is not there': {
    config: { data: ['/nowhere/data'] },
    path: 'data[0]',
    says: 'there is no file or folder /nowhere/data',
  },
  'a factory that was not called': {
    config: { providers: { ...goodConfig.providers, other: tago } },
    path: 'providers.other',
    says: 'is a function; call it',
  },
  'something that is no plugin': {
    config: { notifiers: { ...goodConfig.notifiers, other: { host: 'smtp.example.org' } } },
    path: 'notifiers.other',
    says: 'is no plugin',
  },
  'a plugin in the wrong place': {
    config: { notifiers: { ...goodConfig.notifiers, other: dga({ rutEmpresa: '77555666-8' }) } },
    path: 'notifiers.other',
    says: 'dga is a compliance target; it belongs under targets',
  },
  'a name that can not stand in an address': {
    config: { providers: { ...goodConfig.providers, 'my cloud': tago() } },
    path: 'providers["my cloud"]',
    says: 'a name takes letters, digits, dot, dash and underscore',
  },
  'a region that the plugin does not know': {
    config: { providers: { tago: tago({ region: 'moon-1' as never }) } },
    path: 'providers.tago.region',
    says: 'must be one of "us-e1", "usa-1", "eu-w1"',
  },
  'a setting that the plugin does not know': {
    config: { providers: { tago: tago({ regin: 'us-e1' } as never) } },
    path: 'providers.tago.regin',
    says: 'unknown key "regin"; did you mean "region"?',
  },
  'a setting that the plugin refuses': {
    config: { targets: { dga: dga({ rutEmpresa: '77555666-0' }) } },
    path: 'targets.dga',
    says: 'is not a RUT with its check digit',
  },
  'a plain secret of a plugin': {
    config: {
      notifiers: { mail: email({ host: 'h', from: 'a@example.org', user: 'u', password: 'hunter2-smtp' as never }) },
    },
    path: 'notifiers.mail.password',
    says: 'must be a reference to a secret, not the secret itself',
  },
  'a secret of the store': {
    config: { providers: { tago: tago({ token: 'store:tago' }) } },
    path: 'providers.tago.token',
    says: 'is a stored secret, and there is no key to open it: set secrets.key',
  },
  'a variable of a plugin that is not set': {
    config: { providers: { tago: tago({ token: 'env:GOOD_ACCOUNT' }) } },
    path: 'providers.tago.token',
    says: 'environment variable GOOD_ACCOUNT is not set',
    severity: 'warning',
  },
  'a rule without its parameter': {
    config: { rules: [{ rule: configured(rule, {}) }] },
    path: 'rules[0].params.threshold',
    says: 'is required',
  },
  'a role that the rule does not have': {
    config: { rules: [{ rule: configured(rule, {}), params: { threshold: 1 }, roles: { flo: 'flow' } }] },
    path: 'rules[0].roles.flo',
    says: 'rule own-rule has no role "flo"; did you mean "flow"?',
  },
  'a rule that is not in an object': {
    config: { rules: [configured(rule, {})] },
    path: 'rules[0]',
    says: 'must be an object with the rule',
  },
};

const told = ({ file, line, path, severity }: Mistake) => ({ file, line, path, severity });

describe('a good configuration', () => {
  test('has no mistake', () => {
    expect(mistakesOf(goodConfig, goodData)).toEqual([]);
  });

  test('has none with a rule of its own, overridden at a point', () => {
    const config = { ...goodConfig, rules: [{ rule: configured(rule, {}), params: { threshold: 1 } }] };
    expect(
      mistakesOf(config, replaced(goodData, '      time: {', '      own-rule: { threshold: 2 }\n      time: {')),
    ).toEqual([]);
  });

  test('may share parts by alias', () => {
    const shared = replaced(
      goodData,
      'settings: { zone: America/Santiago }',
      'settings: &zone { zone: America/Santiago }',
    );
    const data = replaced(shared, '0002\n', '0002\n    settings: *zone\n');
    expect(mistakesOf(goodConfig, data)).toEqual([]);
  });
});

describe('one mistake in the data is told with its line, once, and draws no others after it', () => {
  test.each(Object.entries(dataCases))('%s', (_name, { edit, on, path, says, severity = 'error' }) => {
    const data = replaced(goodData, ...edit);
    const mistakes = mistakesOf(goodConfig, data);
    const line = lineOf(data, on);
    expect(mistakes.map(told), JSON.stringify(mistakes, null, 1)).toEqual([
      { file: join(folder, 'data.yaml'), line, path, severity },
    ]);
    expect(mistakes[0]?.message).toContain(says);
    expect(JSON.stringify(mistakes)).not.toContain('hunter2');
  });
});

describe('one mistake in the configuration is told with its property', () => {
  test.each(Object.entries(configCases))('%s', (_name, { config, path, says, severity = 'error' }) => {
    const mistakes = mistakesOf({ ...goodConfig, ...config }, goodData);
    expect(mistakes.map(told), JSON.stringify(mistakes, null, 1)).toEqual([
      { file: 'caudal.config.ts', line: undefined, path, severity },
    ]);
    expect(mistakes[0]?.message).toContain(says);
    expect(JSON.stringify(mistakes)).not.toContain('hunter2');
  });
});

test('aliases that unfold to gigabytes are refused at once', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let index = 1; index < 26; index += 1) {
    const [from, to] = [String.fromCodePoint(96 + index), String.fromCodePoint(97 + index)];
    bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`);
  }
  const mistakes = mistakesOf(goodConfig, bomb.join('\n'));
  expect(mistakes.map(({ message }) => message)).toEqual([expect.stringContaining('aliases unfold to too much')]);
});

test('a point that is wrong does not make what refers to it wrong', () => {
  const mistakes = mistakesOf(goodConfig, replaced(goodData, 'kind: well\n', 'kind: wel\n'));
  expect(mistakes.map(({ path }) => path)).toEqual(['points[0].kind']);
});

test('a data file that can not be read makes nothing missing', () => {
  const mistakes = mistakesOf(goodConfig, 'points: [');
  expect(mistakes.every(({ path }) => path === '')).toBe(true);
});

test('an embedding program gets every error in one CaudalError, and warnings stop nothing', async () => {
  const file = join(folder, 'data.yaml');
  const config = { ...goodConfig, data: [file] };
  const edited = goodData.replace('kind: canal', 'kind: ditch').replace('person: ana', 'person: anna');
  writeFileSync(file, edited);
  const line = (text: string) => `${file}:${lineOf(edited, text)}:`;
  await expect(resolveConfiguration(config, { environment: goodEnvironment })).rejects.toMatchObject({
    kind: 'config',
    sent: 'no',
    message: expect.stringMatching(/^the configuration has 2 mistakes:\n/) as string,
  });
  await expect(resolveConfiguration(config, { environment: goodEnvironment })).rejects.toThrow(line('kind: ditch'));
  await expect(resolveConfiguration(config, { environment: goodEnvironment })).rejects.toThrow(line('person: anna'));
  writeFileSync(file, goodData);
  const { domain, warnings } = await resolveConfiguration(config, { environment: {} });
  expect(domain.points.size).toBe(2);
  expect(warnings.every(({ message }) => message.endsWith('is not set'))).toBe(true);
  expect(warnings.length).toBeGreaterThan(0);
});
