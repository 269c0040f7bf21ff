import type { Cell } from '@caudal/client';
import type { SlotDay } from '../../parts/slots.tsx';
import { named, text } from '../../text.ts';
import { when } from '../../time.ts';
import { submissionTones } from '../../tones.ts';
import { dayOf } from './months.ts';

const stateOf = ({ slot, state }: Cell): string =>
  state === null ? text(Date.parse(slot) > Date.now() ? 'slot.future' : 'slot.none') : named('submission', state);

/** The cells of a calendar by the day they fall on, by the regulators' clock. */
export const daysOf = (cells: readonly Cell[]): readonly SlotDay[] =>
  [...Map.groupBy(cells, ({ slot }) => dayOf(Date.parse(slot)).day)].map(([day, own]) => ({
    label: when(day, 'weekday', 'regulator'),
    slots: own.map((cell) => {
      const at = Date.parse(cell.slot);
      return {
        at,
        hour: dayOf(at).hour,
        tone: cell.state === null ? 'none' : (submissionTones[cell.state] ?? 'missing'),
        label: `${when(at, 'minute', 'regulator')} UTC−4: ${stateOf(cell)}`,
        open: cell.submission !== null,
      };
    }),
  }));
