import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@caudal/core';
import { startMqtt, startTago, startTheThings, startThingsBoard } from '@caudal/simulators';
import { devices, type FieldDevice, type PlatformName } from './field/devices.ts';
import { startOffices } from './offices.ts';

const tokenOf = ({ token }: FieldDevice) => token?.[1] ?? '';
const on = (platform: PlatformName) => devices.filter((device) => device.platform === platform);

/** The vendors' platforms with every device of the field. */
const startPlatforms = async (clock: Clock) => {
  const tagoDevices = (platform: PlatformName) =>
    on(platform).map((device) => ({ id: device.externalId, name: device.id, token: tokenOf(device) }));
  const entities = (platform: PlatformName) =>
    on(platform).map((device) => ({ id: device.externalId, name: device.id }));
  const [tagoio, riverCloud, thingsboard, tdata, thethings, broker] = await Promise.all([
    startTago({ clock, devices: tagoDevices('tagoio') }),
    startTago({ clock, devices: tagoDevices('riverCloud') }),
    startThingsBoard({ clock, entities: entities('thingsboard') }),
    startThingsBoard({ clock, dialect: 'gateway', entities: entities('tdata') }),
    startTheThings({ clock, things: on('thethings').map((device) => ({ id: device.id, token: tokenOf(device) })) }),
    startMqtt({ clock }),
  ]);
  return { tagoio, riverCloud, thingsboard, tdata, thethings, broker };
};

export type Platforms = Awaited<ReturnType<typeof startPlatforms>>;

/** Vendors, regulators and channels on loopback. Every one is a real server; none of them knows Caudal. */
export const startWorld = async (clock: Clock, folder: string) => {
  const mails = join(folder, 'mails');
  mkdirSync(mails, { recursive: true });
  const [platforms, offices] = await Promise.all([startPlatforms(clock), startOffices(clock, mails)]);
  const { tagoio, riverCloud, thingsboard, tdata, thethings, broker } = platforms;
  const { dga, sma, smtp, twilio, receiver } = offices.servers;
  return {
    ...platforms,
    ...offices.servers,
    addresses: {
      tagoio: tagoio.url,
      riverCloud: riverCloud.url,
      thingsboard: thingsboard.url,
      tdata: tdata.url,
      thethings: thethings.url,
      broker: broker.url,
      dga: dga.url,
      sma: sma.url,
      smtp: smtp.port,
      twilio: twilio.url,
      hook: receiver.url,
    },
    /** What the configuration and the data refer to as `env:NAME`. */
    secrets: {
      ...offices.secrets,
      // The password of the simulated ThingsBoard's user.
      DEMO_READER_PASSWORD: 'sample',
      ...Object.fromEntries(devices.flatMap(({ token }) => (token === undefined ? [] : [token]))),
    } as Readonly<Record<string, string>>,
    async close() {
      await Promise.all([...Object.values(platforms), ...Object.values(offices.servers)].map((one) => one.close()));
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
export type Addresses = World['addresses'];
