import type { Services } from '../services.ts';
import type { AlertRow } from '../store/rows.ts';

const atOnce = 5_000;

/** All alerts that are open. Usually few, however many points there are: what is judged each time is compared with them before it is written. */
export const allOpenAlerts = async ({ store }: Pick<Services, 'store'>): Promise<readonly AlertRow[]> => {
  const found: AlertRow[] = [];
  for (let after: AlertRow | undefined; ;) {
    const page = await store.read.openAlerts({
      limit: atOnce,
      ...(after === undefined ? {} : { after: { openedAt: after.openedAt, id: after.id } }),
    });
    found.push(...page);
    after = page.at(-1);
    if (page.length < atOnce) return found;
  }
};

interface Named {
  readonly rule: string;
  readonly subject: string;
}

/** Of what was judged, what changes something: an alert that is open is not opened again, and only one that is open ends. */
export const changesOf = <Opened extends Named, Ended extends Named>(
  { open, close }: { readonly open: readonly Opened[]; readonly close: readonly Ended[] },
  known: readonly Named[],
): { readonly open: readonly Opened[]; readonly close: readonly Ended[] } => {
  const isOpen = new Set(known.map(({ rule, subject }) => `${rule} ${subject}`));
  return {
    open: open.filter(({ rule, subject }) => !isOpen.has(`${rule} ${subject}`)),
    close: close.filter(({ rule, subject }) => isOpen.has(`${rule} ${subject}`)),
  };
};
