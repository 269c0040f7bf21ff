import { marks, type Tone } from './badge.tsx';

export interface Slot {
  readonly at: number;
  /** Of the day, 0 to 23. */
  readonly hour: number;
  readonly tone: Tone | 'none';
  /** What the cell stands for, in words: its time and its state. */
  readonly label: string;
  /** Whether there is something to see behind it. */
  readonly open: boolean;
}

/** The slots of one day. */
export interface SlotDay {
  readonly label: string;
  readonly slots: readonly Slot[];
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);

const Cell = ({ slot, onPick }: { readonly slot: Slot; readonly onPick: (slot: Slot) => void }) => (
  <button
    type="button"
    class="slot"
    data-tone={slot.tone}
    title={slot.label}
    aria-label={slot.label}
    disabled={!slot.open}
    onClick={() => onPick(slot)}
  >
    {slot.tone === 'none' ? '' : marks[slot.tone]}
  </button>
);

/** A row for each day and one cell a slot: under its hour where there are several a day. A press shows the evidence behind it. */
export const Slots = ({
  days,
  onPick,
}: {
  readonly days: readonly SlotDay[];
  readonly onPick: (slot: Slot) => void;
}) => {
  const hourly = days.some(({ slots }) => slots.length > 1);
  return (
    <div class="scroll">
      <div class="slots" data-columns={hourly ? 24 : 1}>
        {hourly ? [<span key="corner" />, ...hours.map((hour) => <span key={hour}>{hour}</span>)] : null}
        {days.map(({ label, slots }) => [
          <span key={label}>{label}</span>,
          ...(hourly
            ? hours.map((hour) => {
                const slot = slots.find((one) => one.hour === hour);
                return slot === undefined ? <span key={hour} /> : <Cell key={hour} slot={slot} onPick={onPick} />;
              })
            : slots.map((slot) => <Cell key={slot.at} slot={slot} onPick={onPick} />)),
        ])}
      </div>
    </div>
  );
};
