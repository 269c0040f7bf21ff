import { novusLogBox } from '@caudal/simulators';
import type { Platforms } from '../world.ts';
import { devices, type FieldDevice, type PlatformName } from './devices.ts';
import type { Sample } from './instrument.ts';

/** What the devices really measured: the truth that the account is taken against. */
export interface Truth {
  readonly device: string;
  readonly sample: Sample;
}

type Upload = (device: FieldDevice, samples: readonly Sample[]) => void | Promise<void>;

const uploadsOf = ({
  tagoio,
  riverCloud,
  thingsboard,
  tdata,
  thethings,
  broker,
}: Platforms): Readonly<Record<PlatformName, Upload>> => {
  const toTago =
    (tago: Platforms['tagoio']): Upload =>
    ({ externalId }, samples) =>
      tago.devices
        .find(({ id }) => id === externalId)
        ?.add(
          samples.map(({ variable, at, value, unit, arrives }) => ({
            variable,
            time: at,
            value,
            ...(unit === undefined ? {} : { unit }),
            ...(arrives === undefined ? {} : { created: arrives }),
          })),
        );
  const toThingsBoard =
    (server: Platforms['tdata']): Upload =>
    ({ externalId }, samples) =>
      server.entities
        .find(({ id }) => id === externalId)
        ?.add(samples.map(({ variable, at, value }) => ({ key: variable, ts: at, value })));
  return {
    tagoio: toTago(tagoio),
    riverCloud: toTago(riverCloud),
    thingsboard: toThingsBoard(thingsboard),
    tdata: toThingsBoard(tdata),
    thethings: ({ id }, samples) =>
      thethings.things
        .find((thing) => thing.id === id)
        ?.add(samples.map(({ variable, at, value }) => ({ key: variable, datetime: at, value }))),
    broker: async ({ externalId }, samples) => {
      for (const [at, own] of Map.groupBy(samples, (sample) => sample.at))
        await broker.publish(
          novusLogBox({ serial: externalId, clock: 'unix' }).log(
            at,
            own.map(({ value }) => value),
          ),
        );
    },
  };
};

const minute = 60_000;

/** Lets every device upload what it has measured since it did last. Called in order of time. */
export const createField = (platforms: Platforms, start: number) => {
  const uploads = uploadsOf(platforms);
  const truth: Truth[] = [];
  let done = start - minute;
  return {
    truth,
    async upload(now: number): Promise<void> {
      const instants = Array.from({ length: (now - done) / minute }, (_, index) => done + (index + 1) * minute);
      done = now;
      for (const device of devices) {
        const samples = instants
          .filter((at) => at % (device.everyMinutes * minute) === 0)
          .flatMap((at) => device.measure(at));
        for (const sample of samples) truth.push({ device: device.id, sample });
        if (samples.length > 0) await uploads[device.platform](device, samples);
      }
    },
  };
};

export type Field = ReturnType<typeof createField>;
