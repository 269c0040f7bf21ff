import { formatDecimal, type ReportSubmission } from '@caudal/core';
import type { SmaConfig } from './config.ts';
import { stampOf } from './stamp.ts';
import type { Member } from './work.ts';

/** A JSON number that keeps the digits it was given: `JSON.stringify` would pass them through a double. */
interface Verbatim {
  readonly digits: string;
}

/** One parameter of one device as it is written. */
export interface WireParameter {
  readonly nombre: string;
  readonly valor: string | Verbatim | null;
  readonly unidad: string;
  readonly estampaTiempo: string;
  readonly [extra: string]: string | Verbatim | null;
}

export type Members = Readonly<Record<string, Member>>;

/** By device, in the order in which the members name them. */
export const byDevice = (members: Members): ReadonlyMap<string, readonly (readonly [string, Member])[]> => {
  const devices = new Map<string, (readonly [string, Member])[]>();
  for (const [name, member] of Object.entries(members)) {
    const others = devices.get(member.dispositivoId) ?? [];
    devices.set(member.dispositivoId, [...others, [name, member]]);
  }
  return devices;
};

/** Decimal text without blanks and exponent, digit for digit as read; with exactly the member's decimals where it has some. */
const valueText = (value: string, decimals: number | undefined): string => {
  if (decimals !== undefined) return formatDecimal(value, decimals);
  const text = value.trim();
  const plain = /^[+]?(-?\d+(?:\.\d+)?)$/.exec(text)?.[1];
  return plain ?? formatDecimal(text, decimalsOf(text));
};

/** How many decimals write a number with an exponent, or with a point at its end, without losing a digit. */
const decimalsOf = (text: string): number => {
  const [, fraction = '', exponent = '0'] = /^[+-]?\d*\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  return Math.min(100, Math.max(0, fraction.length - Number(exponent)));
};

/** A JSON number has no leading zeros. */
const asNumber = (text: string): Verbatim => ({ digits: text.replace(/^(-?)0+(?=\d)/, '$1') });

/** The parameters of one device at one instant. Values that are absent are null, which only the history may hold. */
export const parametersOf = (
  members: readonly (readonly [string, Member])[],
  submission: ReportSubmission,
  { valor, extra }: Pick<SmaConfig, 'valor' | 'extra'>,
): WireParameter[] =>
  members.map(([name, member]) => {
    const value = submission.values[name]?.value ?? null;
    const text = value === null ? null : valueText(value, member.decimals);
    return {
      nombre: member.nombre,
      valor: text === null || valor === 'string' ? text : asNumber(text),
      unidad: member.unidad,
      estampaTiempo: stampOf(submission.slot),
      ...extra,
      ...member.extra,
    };
  });

/** The id of a device as it is written. For an id that validates. */
export const deviceId = (id: string, { dispositivoId }: Pick<SmaConfig, 'dispositivoId'>): string | Verbatim =>
  dispositivoId === 'string' ? id : { digits: id };

/** JSON in which numbers keep their digits. */
export const writeJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('digits' in value && typeof value.digits === 'string') return value.digits;
  return `{${Object.entries(value)
    .map(([key, inside]) => `${JSON.stringify(key)}:${writeJson(inside)}`)
    .join(',')}}`;
};
