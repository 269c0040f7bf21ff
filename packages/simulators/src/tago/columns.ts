import type { TagoItem, TagoValue, TagoWireItem } from './item.ts';

/** What of an item is rare enough to be kept apart from the columns. */
type Rare = Pick<TagoItem, 'id' | 'group' | 'location' | 'metadata'>;

/** Rows of one variable, in time order and, for equal times, in order of insertion. */
interface Index {
  rows: number[];
  sorted: boolean;
  lastTime: number;
}

/** Items of one device in columns: a hundred thousand of them cost a few megabytes. */
export interface Columns {
  readonly size: number;
  /** @param now arrival of items that name none */
  add(item: TagoItem, now: number): number;
  /** Rows of the variable (undefined: every one) that had arrived by `now`, ascending by time, within the closed interval. */
  rows(variables: readonly string[] | undefined, from: number, to: number, now: number): number[];
  /** The latest arrival up to now; undefined when nothing came. */
  lastArrival(now: number): number | undefined;
  variable(row: number): string;
  time(row: number): number;
  created(row: number): number;
  value(row: number): TagoValue | undefined;
  wire(row: number, details: boolean): TagoWireItem;
}

const iso = (instant: number) => new Date(instant).toISOString();

const grown = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
};

/** First position in `rows` whose time is not below `bound`, or above it when `after`. */
const position = (rows: readonly number[], times: Float64Array, bound: number, after: boolean): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const time = times[rows[middle] ?? 0] ?? 0;
    if (time < bound || (after && time === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createColumns = (device: string): Columns => {
  let times = new Float64Array(1024);
  let created = new Float64Array(1024);
  let numbers = new Float64Array(1024);
  const names: string[] = [];
  const nameOf: number[] = [];
  const units: (string | undefined)[] = [];
  const codes = new Map<string, number>();
  const indexes: Index[] = [];
  const others = new Map<number, TagoValue | undefined>();
  const rare = new Map<number, Rare>();
  let size = 0;

  const code = (variable: string): number => {
    let found = codes.get(variable);
    if (found === undefined) {
      found = names.length;
      names.push(variable);
      codes.set(variable, found);
      indexes.push({ rows: [], sorted: true, lastTime: Number.NEGATIVE_INFINITY });
    }
    return found;
  };

  const ordered = (index: Index): readonly number[] => {
    if (!index.sorted) {
      index.rows = index.rows.toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      index.sorted = true;
    }
    return index.rows;
  };

  const within = (index: Index, from: number, to: number, now: number): number[] => {
    const rows = ordered(index);
    const slice = rows.slice(position(rows, times, from, false), position(rows, times, to, true));
    return slice.filter((row) => (created[row] ?? 0) <= now);
  };

  const columns: Columns = {
    get size() {
      return size;
    },
    add({ variable, time, value, unit, created: arrival, id, group, location, metadata }, now) {
      const row = size;
      size += 1;
      if (row === times.length) [times, created, numbers] = [grown(times), grown(created), grown(numbers)];
      const name = code(variable);
      const index = indexes[name];
      times[row] = time;
      created[row] = arrival ?? now;
      nameOf.push(name);
      units.push(unit);
      if (typeof value === 'number') numbers[row] = value;
      else others.set(row, value);
      if (id !== undefined || group !== undefined || location !== undefined || metadata !== undefined)
        rare.set(row, {
          ...(id === undefined ? {} : { id }),
          ...(group === undefined ? {} : { group }),
          ...(location === undefined ? {} : { location }),
          ...(metadata === undefined ? {} : { metadata }),
        });
      if (index !== undefined) {
        if (time < index.lastTime) index.sorted = false;
        else index.lastTime = time;
        index.rows.push(row);
      }
      return row;
    },
    rows(variables, from, to, now) {
      const chosen = variables === undefined ? indexes : variables.map((name) => indexes[codes.get(name) ?? -1]);
      const parts = chosen.map((index) => (index === undefined ? [] : within(index, from, to, now)));
      const [only, ...more] = parts.filter((part) => part.length > 0);
      if (only === undefined) return [];
      if (more.length === 0) return only;
      return [only, ...more].flat().toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
    },
    lastArrival(now) {
      let last = Number.NEGATIVE_INFINITY;
      for (const at of created.subarray(0, size)) if (at <= now && at > last) last = at;
      return last === Number.NEGATIVE_INFINITY ? undefined : last;
    },
    variable: (row) => names[nameOf[row] ?? -1] ?? '',
    time: (row) => times[row] ?? Number.NaN,
    created: (row) => created[row] ?? Number.NaN,
    value: (row) => (others.has(row) ? others.get(row) : numbers[row]),
    wire(row, details) {
      const { id, group, location, metadata } = rare.get(row) ?? {};
      const value = columns.value(row);
      const unit = units[row];
      return {
        id: id ?? `${device.slice(0, 12)}${row.toString(16).padStart(12, '0')}`,
        device,
        variable: columns.variable(row),
        ...(value === undefined ? {} : { value }),
        ...(unit === undefined ? {} : { unit }),
        group: group ?? String(columns.time(row)),
        time: iso(columns.time(row)),
        ...(details ? { created_at: iso(columns.created(row)) } : {}),
        ...(location === undefined ? {} : { location: { type: 'Point' as const, coordinates: location } }),
        ...(metadata === undefined ? {} : { metadata }),
      };
    },
  };
  return columns;
};
