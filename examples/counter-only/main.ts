import { countReadings } from '@caudal/quality';

/** A water register in m³ each quarter of an hour: one reading of zero in between, and later a restart at zero. */
const register = [1204.31, 1204.58, 1204.86, 0, 1205.41, 1205.69, 0.12, 0.4, 0.67, 0.95];

const quarter = 15 * 60_000;
const start = Date.UTC(2026, 0, 1);
const time = Float64Array.from(register, (_, index) => start + index * quarter);
const value = Float64Array.from(register);

/** The meter steps by 10 L, and its pipe carries at most 1 L/s. */
const { increase, findings } = countReadings({ time, value }, { meters: [{ step: 0.01, maxFlow: 0.001 }] });

const clock = (at: number) => new Date(at).toISOString().slice(11, 16);

for (const [index, added] of increase.entries()) {
  console.log(`${clock(time[index] ?? start)}  read ${value[index]} m³  added ${added} m³`);
}
for (const { code, from, to, flag } of findings) {
  console.log(`${code} from ${clock(from)} to ${clock(to)}, flag ${flag}`);
}
