import type { Services } from '../services.ts';
import type { ValueRow } from '../store/rows.ts';

const rowsAtMost = 20_000;

type Window = { readonly series: string; readonly from: number; readonly to: number };

/** Whether what arrived from an instance at that moment was read to be shown, not to be reported. */
const wasTest = ({ domain }: Services, instance: string | undefined, arrival: number): boolean => {
  const found = instance === undefined ? undefined : domain.switches.get(instance);
  if (found === undefined) return false;
  if (found.tested.length === 0) return found.mode === 'testing';
  return found.tested.some(({ from, to }) => from <= arrival && arrival < to);
};

const isTested = async (services: Services, rows: readonly ValueRow[]): Promise<ReadonlySet<ValueRow>> => {
  const instanceOf = ({ device }: ValueRow) => services.domain.devices.get(device)?.provider;
  const doubtful = rows.filter((row) => services.domain.switches.has(instanceOf(row) ?? ''));
  const tested = new Set<ValueRow>();
  for (let from = 0; from < doubtful.length; from += 500) {
    const some = doubtful.slice(from, from + 500);
    const ids = [...new Set(some.map(({ raw }) => raw))];
    const arrivals = new Map(
      (await services.store.read.rawList({ ids }, ids.length)).map(({ id, receivedAt }) => [id, receivedAt]),
    );
    for (const row of some) if (wasTest(services, instanceOf(row), arrivals.get(row.raw) ?? row.at)) tested.add(row);
  }
  return tested;
};

/** The newest value of each window that may be reported: what a provider told while in testing is passed over. */
export const reportable = async (
  services: Services,
  windows: readonly Window[],
): Promise<readonly (ValueRow | null)[]> => {
  const newest = await services.store.read.valuesAt(windows);
  if (services.domain.switches.size === 0) return newest;
  const tested = await isTested(
    services,
    newest.filter((row) => row !== null),
  );
  return Promise.all(
    newest.map(async (row, index) => {
      if (row === null || !tested.has(row)) return row;
      const { series, from, to } = windows[index] as Window;
      const rows = await services.store.read.values({ series: [series], from, to: to + 1, limit: rowsAtMost });
      const left = await isTested(services, rows);
      return rows.findLast((one) => !left.has(one)) ?? null;
    }),
  );
};
