import { contentHash } from '../../src/config/domain.ts';
import { nothingProcessed, type Store } from '../../src/store/store.ts';
import type { ValueRow } from '../../src/store/rows.ts';
import { hour, keptOf, minute, seriesOf, start } from './fleet.ts';

const pointsAtOnce = 250;

const inParts = async (points: number, put: (indexes: readonly number[]) => Promise<unknown>) => {
  for (let first = 0; first < points; first += pointsAtOnce)
    await put(Array.from({ length: Math.min(pointsAtOnce, points - first) }, (_, index) => first + index));
};

/** Keeps the points, and slots of theirs that ended: they are rows that every later look has to find its way past. */
export const seed = async ({ write }: Pick<Store, 'write'>, points: number, slots: number): Promise<void> => {
  let basis = 0;
  await inParts(points, async (indexes) => {
    await write.keep({
      basis,
      changes: indexes.flatMap(keptOf).map(({ kind, id, content }) => ({ kind, id, content: content as never })),
      author: 'bench',
      reason: 'seed',
      at: start,
      reopened: [],
      redecode: [],
      audit: [],
    });
    basis += 1;
    await write.expectSubmissions(
      indexes.flatMap((index) =>
        Array.from({ length: slots }, (_, slot) => {
          const at = start + slot * hour;
          const obligation = `dga-${index}`;
          return {
            id: contentHash({ obligation, slot: at }),
            obligation,
            target: 'dga',
            work: `OB-0101-${index + 1}`,
            slot: at,
            nextAt: at,
            dueAt: at + hour,
            maxLagAt: at + 30 * 24 * hour,
            elsewhere: 'seeded',
          };
        }),
      ),
    );
  });
};

/** Values of every series for one instant, as the processor leaves them, and that their devices said something. */
export const putValues = ({ write }: Pick<Store, 'write'>, points: number, at: number): Promise<void> =>
  inParts(points, (indexes) =>
    write.commitProcessed({
      ...nothingProcessed,
      contacts: indexes.map((index) => ({ device: `logger-${index}`, at: at + minute })),
      watermarks: indexes.flatMap((index) =>
        ['pulses', 'flow', 'column'].map((variable) => ({ device: `logger-${index}`, variable, decodedTo: at })),
      ),
      values: indexes.flatMap((index) =>
        seriesOf(index).map((series, which): ValueRow => ({
          series,
          at,
          value: [1000, 20, 12.5][which] as number,
          text: null,
          flag: 1,
          codes: [],
          status: 'final',
          origin: 'raw',
          raw: `raw-${index}-${at}`,
          device: `logger-${index}`,
          variable: ['pulses', 'flow', 'column'][which] as string,
          vendorId: null,
          rawText: '1',
          priority: 0,
          basis: 'basis-1',
        })),
      ),
    }),
  );
