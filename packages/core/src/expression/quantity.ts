import { findUnit, type Unit } from '../units.ts';
import { product, quotient, type Rational } from '../rational.ts';

/** What kind of number a part of an expression gives: powers of base dimensions, and the size of its unit. */
export interface Quantity {
  /** Power by base dimension; none for a pure number. */
  readonly powers: ReadonlyMap<string, number>;
  /** Of the unit to the product of SI units. */
  readonly factor: Rational;
  /** Set for a point on a scale that does not start at zero: only its differences can be added. */
  readonly scale: Unit | undefined;
}

/** Dimensions of the unit table that are made of others. */
const made: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  volume: [['length', 3]],
  flow: [
    ['length', 3],
    ['time', -1],
  ],
  frequency: [['time', -1]],
  ratio: [],
};

const one: Rational = { numerator: 1n, denominator: 1n };

export const pureNumber: Quantity = { powers: new Map(), factor: one, scale: undefined };

/** Scales with an offset somewhere: a value in kelvin is a point of the same scale as one in °C. */
const isScale = ({ dimension }: Unit) => dimension === 'temperature';

export const quantityOf = (unit: Unit): Quantity => ({
  powers: new Map(made[unit.dimension] ?? [[unit.dimension, 1]]),
  factor: unit.factor,
  scale: isScale(unit) ? unit : undefined,
});

export const unitIn = (written: string | Unit): Unit | undefined =>
  typeof written === 'string' ? findUnit(written) : written;

export const sameDimension = (a: Quantity, b: Quantity): boolean =>
  a.powers.size === b.powers.size && [...a.powers].every(([name, power]) => b.powers.get(name) === power);

/** `times` 1 multiplies, −1 divides. */
export const combined = (a: Quantity, b: Quantity, times: 1 | -1): Quantity => {
  const powers = new Map(a.powers);
  for (const [name, power] of b.powers) {
    const sum = (powers.get(name) ?? 0) + times * power;
    if (sum === 0) powers.delete(name);
    else powers.set(name, sum);
  }
  return { powers, factor: times === 1 ? product(a.factor, b.factor) : quotient(a.factor, b.factor), scale: undefined };
};

const asNumber = ({ numerator, denominator }: Rational): number => Number(numerator) / Number(denominator);

/** What turns a number of one unit into one of another of the same dimension: `value × factor + offset`. */
export const conversion = (from: Quantity, to: Quantity): { readonly factor: number; readonly offset: number } => {
  const factor = asNumber(quotient(from.factor, to.factor));
  if (from.scale === undefined || to.scale === undefined) return { factor, offset: 0 };
  const offset = (asNumber(from.scale.offset) - asNumber(to.scale.offset)) / asNumber(to.scale.factor);
  return { factor, offset };
};

const names: Readonly<Record<string, string>> = {
  '': 'a pure number',
  'length:3': 'a volume',
  'length:3 time:-1': 'a flow',
  'length:1': 'a length or level',
  'length:2': 'an area',
  'time:1': 'a time',
  'time:-1': 'a frequency',
};

/** For people: `a flow`, `temperature`, `pressure·time`. */
export const quantityName = ({ powers }: Quantity): string => {
  const key = [...powers]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, power]) => `${name}:${power}`)
    .join(' ');
  return names[key] ?? [...powers].map(([name, power]) => (power === 1 ? name : `${name}^${power}`)).join('·');
};
