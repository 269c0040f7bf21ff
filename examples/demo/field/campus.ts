import { readFileSync } from 'node:fs';

/** One minute of the recorded meter. */
export interface CampusMinute {
  /** Register in pulses of 0.1 L since the recording began. */
  readonly pulses: number;
  /** Mean flow of the minute, L/s. */
  readonly flow: number;
}

const minutes: readonly CampusMinute[] = readFileSync(new URL('campus-meter.csv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\d/.test(line))
  .map((line) => {
    const [, pulses = '', flow = ''] = line.split(',');
    return { pulses: Number(pulses), flow: Number(flow) };
  });

/** The register of the real meter stood somewhere when it was recorded; here it begins at 1,234 m³. */
const registerAtStart = 12_340_000;

/** The recording over and over, with a register that goes on: minute 0 is the first. */
export const campusMinute = (minute: number): CampusMinute => {
  const loop = Math.floor(minute / minutes.length);
  const { pulses, flow } = minutes[minute % minutes.length] as CampusMinute;
  const perLoop = (minutes.at(-1) as CampusMinute).pulses;
  return { pulses: registerAtStart + loop * perLoop + pulses, flow };
};
