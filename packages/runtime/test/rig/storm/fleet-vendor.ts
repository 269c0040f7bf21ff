import { CaudalError, closedObject, configured, defineProvider, parseInstant, schemaOf, Type } from '@caudal/core';

/** Reads the fleet's server, and takes what is pushed. A line that can not be read is a problem, never a value. */
export const fleetVendor = (url: string, now: () => number) =>
  configured(
    defineProvider({
      id: 'fleet',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({ zone: Type.Optional(Type.String()) })),
      variable: schemaOf(closedObject({})),
      capabilities: {
        pull: { scope: 'provider', by: 'time', range: true, maxDevices: 1_000, maxLimit: 100_000 },
        webhook: true,
        limits: [],
      },
      create: () => ({
        async pull({ window, signal }) {
          const { from, to } = window ?? { from: now(), to: now() };
          try {
            const answer = await fetch(`${url}/data?from=${from}&to=${to}`, { signal });
            const body = new Uint8Array(await answer.arrayBuffer());
            return { records: body.length === 0 ? [] : [{ body, envelope: { channel: 'pull' } }] };
          } catch (cause) {
            throw new CaudalError('transient', 'the fleet does not answer', { cause, scope: 'instance' });
          }
        },
        webhook: {
          verify: () => undefined,
          accept: ({ body }) => ({ records: [{ body, envelope: { channel: 'webhook' } }], response: { status: 200 } }),
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: ({ body }, context) => {
          const problems: { reason: string }[] = [];
          const readings = Buffer.from(body)
            .toString()
            .split('\n')
            .flatMap((line) => {
              const [, device = '', variable = '', time = '', raw = ''] =
                /^(\S+) (\S+) ([^;]+);(\S+)$/.exec(line) ?? [];
              const at = parseInstant(time, context.settings(device)?.zone);
              if (at === undefined) problems.push({ reason: `no time in ${line}` });
              return at === undefined ? [] : [{ device, variable, at, value: Number(raw), raw }];
            });
          return { readings, problems };
        },
      }),
    }),
    {},
  );
