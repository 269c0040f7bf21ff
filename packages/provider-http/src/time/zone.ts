import {
  civilAtOffset,
  civilInZone,
  type CivilTime,
  instantAtOffset,
  instantInZone,
  zoneOffsetMinutes,
} from '@caudal/core';
import { type At, refuse } from '../refuse.ts';

/** A place on the clock: an IANA zone, or a fixed offset in minutes. */
export type Zone = { readonly name: string } | { readonly offset: number };

const fixed = /^([+-])([01]\d|2[0-3]):?([0-5]\d)$/;

/** Reads `America/Santiago`, `-04:00` or `Z`; undefined for what is neither. */
export const zoneOf = (text: string): Zone | undefined => {
  if (/^(z|utc)$/i.test(text)) return { offset: 0 };
  const match = fixed.exec(text);
  if (match !== null) {
    const [, sign, hours, minutes] = match;
    return { offset: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) };
  }
  try {
    zoneOffsetMinutes(0, text);
    return { name: text };
  } catch {
    return undefined;
  }
};

/** @throws CaudalError kind `config` that names the place */
export const compileZone = (text: string, at: At): Zone =>
  zoneOf(text) ?? refuse(at, `"${text}" is no time zone: write an IANA name, or an offset such as -04:00`);

export const instantIn = (time: CivilTime, zone: Zone): number =>
  'offset' in zone ? instantAtOffset(time, zone.offset) : instantInZone(time, zone.name);

export const civilIn = (instant: number, zone: Zone): CivilTime =>
  'offset' in zone ? civilAtOffset(instant, zone.offset) : civilInZone(instant, zone.name);

/** Minutes east of UTC at an instant. */
export const offsetIn = (instant: number, zone: Zone): number =>
  'offset' in zone ? zone.offset : zoneOffsetMinutes(instant, zone.name);
