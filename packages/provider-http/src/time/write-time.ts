import { type At, refuse } from '../refuse.ts';
import { compilePattern } from './pattern.ts';
import { civilIn, compileZone, offsetIn } from './zone.ts';

/** Writes instants for a vendor; both forms differ where the format is coarser than a millisecond. */
export interface TimeWriter {
  atOrBefore(instant: number): string | number;
  atOrAfter(instant: number): string | number;
}

const stepped = (step: number, write: (instant: number) => string | number): TimeWriter => ({
  atOrBefore: (instant) => write(Math.floor(instant / step) * step),
  atOrAfter: (instant) => write(Math.ceil(instant / step) * step),
});

const named: Readonly<Record<string, TimeWriter>> = {
  'epoch-ms': stepped(1, (instant) => instant),
  'epoch-s': stepped(1000, (instant) => instant / 1000),
  iso: stepped(1, (instant) => new Date(instant).toISOString()),
};

/**
 * `epoch-ms`, `epoch-s`, `iso`, or a pattern, which needs a zone.
 * @throws CaudalError kind `config` that names the place
 */
export const compileWriter = (format: string, zone: string | undefined, at: At): TimeWriter => {
  const known = named[format];
  if (known !== undefined) return known;
  const pattern = compilePattern(format, at);
  if (zone === undefined) return refuse(at, `times written as ${format} need a zone beside them`);
  const where = compileZone(zone, at);
  const step = pattern.resolution;
  const write = (instant: number) => {
    const offset = offsetIn(instant, where);
    return pattern.write({ ...civilIn(instant, where), millisecond: ((instant % 1000) + 1000) % 1000, offset });
  };
  // A step of the wall clock, not of UTC: days and half-hour zones start elsewhere.
  const floor = (instant: number) => {
    const shift = offsetIn(instant, where) * 60_000;
    return Math.floor((instant + shift) / step) * step - shift;
  };
  return {
    atOrBefore: (instant) => write(floor(instant)),
    atOrAfter: (instant) => write(floor(instant) === instant ? instant : floor(instant) + step),
  };
};
