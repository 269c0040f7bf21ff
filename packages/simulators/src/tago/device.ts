import { type Columns, createColumns } from './columns.ts';
import type { TagoItem } from './item.ts';

export interface TagoDeviceOptions {
  /** 24 hexadecimal digits on the real service. Default: made from its number. */
  readonly id?: string;
  /** Device token. Default: made from its number, in the form of a GUID. */
  readonly token?: string;
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** What the token may do. Default `full`. */
  readonly permission?: 'full' | 'read' | 'write';
  /** The token is denied from this instant on. Default never. */
  readonly expires?: number;
  /**
   * Makes what the device sent in the half-open interval. It is asked for every stretch of the clock once, in order, when
   * somebody looks; items that arrive later than they were measured name `created`.
   */
  readonly source?: (from: number, to: number) => Iterable<TagoItem>;
  /** Where `source` starts. Default: now. */
  readonly sourceFrom?: number;
}

export interface TagoDevice {
  readonly id: string;
  readonly name: string;
  /** The token in force. Assigning another denies the one before, as replacing a logger does. */
  token: string;
  permission: 'full' | 'read' | 'write';
  expires: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** How many items it holds. */
  readonly size: number;
  /** Adds items as if the device had sent them now, or at their `created`. Nothing is deduplicated, as on the real service. */
  add(items: Iterable<TagoItem>): void;
  /** Adds a numeric series by columns; NaN is a value that was never sent. `created` is the arrival, item by item. */
  addSeries(
    variable: string,
    series: { readonly times: Float64Array; readonly values: Float64Array; readonly created?: Float64Array },
    unit?: string,
  ): void;
}

/** A device with the columns the server reads. */
export interface HeldDevice extends TagoDevice {
  readonly columns: Columns;
  /** Lets `source` catch up with the clock. */
  catchUp(): void;
}

export const createDevice = (number: number, options: TagoDeviceOptions, now: () => number): HeldDevice => {
  const hex = number.toString(16);
  const id = options.id ?? `612ea169${hex.padStart(4, '0')}${hex.padStart(12, '0')}`;
  const columns = createColumns(id);
  let sourced = options.sourceFrom ?? now();
  const device: HeldDevice = {
    id,
    name: options.name ?? `Device ${number}`,
    token: options.token ?? `00000000-0000-4000-8000-${hex.padStart(12, '0')}`,
    permission: options.permission ?? 'full',
    expires: options.expires,
    tags: options.tags ?? {},
    columns,
    get size() {
      return columns.size;
    },
    add(items) {
      for (const item of items) columns.add(item, now());
    },
    addSeries(variable, { times, values, created }, unit) {
      for (const [n, time] of times.entries()) {
        const value = values[n];
        if (value === undefined || Number.isNaN(value)) continue;
        const arrival = created?.[n] ?? now();
        columns.add({ variable, time, value, created: arrival, ...(unit === undefined ? {} : { unit }) }, arrival);
      }
    },
    catchUp() {
      const to = now();
      if (options.source === undefined || to <= sourced) return;
      const from = sourced;
      sourced = to;
      for (const item of options.source(from, to)) columns.add({ ...item, created: item.created ?? item.time }, to);
    },
  };
  return device;
};
