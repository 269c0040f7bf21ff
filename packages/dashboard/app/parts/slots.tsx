import { marks, type Tone } from './badge.tsx';

export interface Slot {
  readonly at: number;
  readonly tone: Tone | 'none';
  /** What the cell stands for, in words: its time and its state. */
  readonly label: string;
}

/** One cell a slot; a press shows the evidence behind it. */
export const Slots = ({
  slots,
  perRow,
  onPick,
}: {
  readonly slots: readonly Slot[];
  readonly perRow: number;
  readonly onPick: (slot: Slot) => void;
}) => (
  <div class={perRow === 7 ? 'slots days' : 'slots'}>
    {slots.map((slot) => (
      <button
        key={slot.at}
        type="button"
        class="slot"
        data-tone={slot.tone}
        title={slot.label}
        aria-label={slot.label}
        onClick={() => onPick(slot)}
      >
        {slot.tone === 'none' ? '' : marks[slot.tone]}
      </button>
    ))}
  </div>
);
