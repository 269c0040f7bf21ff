import { CaudalError, closedObject, configured, defineProvider, schemaOf } from '@caudal/core';

const minute = 60_000;
/** A logger of the rig measures so often. */
const stepMs = 30 * minute;

/** What a well shows at an instant, in the units of its series. */
export type Shows = (well: string, variable: string, at: number) => string;

/** What the vendor handed out: the readings of a logger in [from, to). */
export interface HandedOut {
  readonly well: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/**
 * A vendor of a few lines that answers for all its loggers at once: a year of fifty wells is then a matter of the regulator alone. While
 * `isDown` it is as good as absent; what it measured meanwhile it has afterwards.
 */
export const rigVendor = (
  shows: Shows,
  now: () => number,
  isDown: () => boolean,
  tell: (one: HandedOut) => void = () => undefined,
) =>
  configured(
    defineProvider({
      id: 'rig',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        pull: { scope: 'provider', by: 'time', range: true, maxDevices: 1_000, maxLimit: 100_000 },
        limits: [],
      },
      create: () => ({
        async pull({ devices, window }) {
          if (isDown()) throw new CaudalError('transient', 'the vendor is down', { sent: 'maybe', scope: 'instance' });
          const from = Math.ceil((window?.from ?? now()) / stepMs) * stepMs;
          const to = Math.min(window?.to ?? now(), now() + 1);
          const lines: string[] = [];
          for (let at = from; at < to; at += stepMs)
            for (const { externalId, variables } of devices)
              for (const { name } of variables)
                lines.push(`${externalId} ${name} ${at} ${shows(externalId, name, at)}`);
          for (const { externalId } of devices) tell({ well: externalId, from, to, at: now() });
          return {
            records: lines.length === 0 ? [] : [{ body: Buffer.from(lines.join('\n')), envelope: { channel: 'pull' } }],
          };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: ({ body }) => ({
          readings: Buffer.from(body)
            .toString()
            .split('\n')
            .map((line) => {
              const [device = '', variable = '', at, raw = ''] = line.split(' ');
              return { device, variable, at: Number(at), value: Number(raw), raw };
            }),
          problems: [],
        }),
      }),
    }),
    {},
  );
