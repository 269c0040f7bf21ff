import { compareDecimals } from '@caudal/core';
import type { Runtime } from '@caudal/runtime';
import type { World } from './world.ts';

/** What a regulator holds under a receipt, by its own names of parameters. */
type Held = Readonly<Record<string, string>> | undefined;

const heldBy = ({ dga, sma }: World): Readonly<Record<string, (receipt: string) => Held>> => ({
  dga: (receipt) => dga.ledger.byReceipt(receipt)?.values,
  sma: (receipt) => {
    const record = sma.ledger.records.find(({ id }) => id === receipt);
    return (
      record &&
      Object.fromEntries(
        record.values.map(({ dispositivoId, nombre, valor }) => [memberOf(dispositivoId, nombre), valor]),
      )
    );
  },
});

/** Names of the obligation's members, as in `data/obligations.yaml`. */
const sites: Readonly<Record<string, string>> = { '12180': 'norte', '12181': 'sur' };
const memberOf = (dispositivoId: string, nombre: string) => `${sites[dispositivoId] ?? dispositivoId}.${nombre}`;

/** Whether the regulator's text is ours at its own number of decimals: rounded where it rounds, truncated for the register. */
const near = (ours: string, theirs: string): boolean => {
  if (ours === '' || theirs === '') return ours === theirs;
  const step = 10 ** -(theirs.split('.')[1]?.length ?? 0);
  return compareDecimals(ours, theirs) === 0 || Math.abs(Number(ours) - Number(theirs)) <= step;
};

const counted = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]));

/** Every owed slot: its state, whether the regulator holds what its receipt says, and what nobody can explain. */
export const takeReceipts = async (runtime: Runtime, world: World, now: number) => {
  const rows = await runtime.query.submissions({ limit: 10_000 });
  const held = heldBy(world);
  const proven: string[] = [];
  const wrong: string[] = [];
  for (const { id, obligation, target, slot, state, reason, nextAt, receipt } of rows) {
    const name = `${obligation} ${new Date(slot).toISOString()}`;
    if (receipt === null) {
      if ((reason === null || reason === '') && nextAt <= now) wrong.push(`${name}: ${state} without a reason`);
      continue;
    }
    const traced = await runtime.query.trace(id);
    const sent = traced?.kind === 'submission' ? traced.submission.report?.submissions[0]?.values : undefined;
    const theirs = held[target]?.(receipt);
    const same =
      sent !== undefined &&
      theirs !== undefined &&
      Object.entries(theirs).every(([member, text]) => near(sent[member]?.value ?? '', text));
    if (same) proven.push(target);
    else wrong.push(`${name}: the regulator does not hold receipt ${receipt} as sent`);
  }
  return {
    submissions: Object.fromEntries(
      [...Map.groupBy(rows, ({ target }) => target)].map(([target, own]) => [
        target,
        counted(own.map(({ state }) => state)),
      ]),
    ),
    receipts: counted(proven),
    wrong,
  };
};
