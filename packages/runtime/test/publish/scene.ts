import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRuntime, type PublishedMessage, type Runtime, type RuntimeConfig } from '@caudal/runtime';
import { stringify } from 'yaml';
import { lineData, lineProvider } from '../collect/line-vendor.ts';

export const ids = ['a', 'b', 'c'];
export const series = ids.map((id) => `point-${id}/flow`);

export const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};

/** What the runtimes of these tests have in common. */
export const configOf = (folder: string, port: number, publish: RuntimeConfig['publish']): RuntimeConfig => {
  const data = join(folder, 'data.yaml');
  writeFileSync(data, stringify(lineData(ids)));
  return {
    database: join(folder, 'caudal.db'),
    folder,
    data: [data],
    http: { enabled: false },
    log: { console: false },
    leaseSeconds: 4,
    collect: { tickMs: 200, leaseSeconds: 3 },
    providers: { line: lineProvider({ port, per: 'device', pulls: true }) },
    ...(publish === undefined ? {} : { publish }),
  };
};

export const running = async (config: RuntimeConfig): Promise<Runtime> => {
  const runtime = await createRuntime(config);
  await runtime.start();
  return runtime;
};

export const storedOf = (runtime: Runtime, from: number, to: number) =>
  runtime.query.values({ series, from, to, limit: 10_000 });

type Values = Awaited<ReturnType<typeof storedOf>>;

/** First deliveries by series, each in the order in which it came. */
const bySeries = (messages: readonly PublishedMessage[]) => {
  const seen = new Set<string>();
  const found = new Map<string, Extract<PublishedMessage, { type: 'value' }>[]>();
  for (const message of messages) {
    if (message.type !== 'value' || seen.has(message.id)) continue;
    seen.add(message.id);
    const list = found.get(message.series) ?? [];
    list.push(message);
    found.set(message.series, list);
  }
  return found;
};

/** Whether the last that came of each stored value is what is stored. */
export const hasAll = (messages: readonly PublishedMessage[], values: Values): boolean => {
  const last = new Map(
    [...bySeries(messages).values()].flat().map((message) => [`${message.series} ${Date.parse(message.at)}`, message]),
  );
  return values.every(({ series: of, at, value, flag, status }) => {
    const came = last.get(`${of} ${at}`);
    return came?.value === value && came.flag === flag && came.status === status;
  });
};

/** Places, by series, where something came for the first time after what was committed later. */
export const outOfOrder = (messages: readonly PublishedMessage[]): readonly string[] =>
  [...bySeries(messages)].flatMap(([of, list]) =>
    list.flatMap(({ serial }, index) =>
      index > 0 && serial <= (list[index - 1]?.serial ?? 0) ? [`${of} ${serial}`] : [],
    ),
  );
