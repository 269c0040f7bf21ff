import type { VariableKind } from './domain/point.ts';
import { CaudalError } from './errors.ts';
import { difference, product, quotient, type Rational, rationalText, readRational, sum } from './rational.ts';
import { unitTable } from './unit-table.ts';

/** A unit of measurement. `SI = value × factor + offset`, both exact. Values convert only within one dimension. */
export interface Unit {
  readonly name: string;
  readonly dimension: string;
  readonly factor: Rational;
  readonly offset: Rational;
}

/** Unit in which a variable is kept when its configuration names none. A custom variable has no default. */
export const defaultUnit: Readonly<Record<Exclude<VariableKind, 'custom'>, string>> & { readonly custom?: undefined } =
  {
    level: 'm',
    flow: 'L/s',
    averageFlow: 'L/s',
    total: 'm3',
    volume: 'm3',
    temperature: 'degC',
    pressure: 'bar',
    ph: 'pH',
    conductivity: 'uS/cm',
    turbidity: 'NTU',
  };

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no' });
};

const exact = (text: string, what: string): Rational =>
  readRational(text) ?? refuse(`${what} ${JSON.stringify(text)} is neither a decimal number nor a quotient of two`);

/**
 * A unit of your own: a factor (and offset) to the SI unit of a dimension, as exact text (`'0.2'`, `'1/3'`), or an opaque
 * one, which is shown and never converted. It is a value, registered nowhere: pass it where a unit name is taken.
 *
 * @example const barrel = defineUnit({ name: 'bbl', dimension: 'volume', factor: '0.158987294928' });
 * @throws CaudalError kind `config` for a factor that is not an exact positive number
 */
export const defineUnit = (
  definition:
    | { readonly name: string; readonly dimension: string; readonly factor: string; readonly offset?: string }
    | { readonly name: string; readonly opaque: true },
): Unit => {
  const { name } = definition;
  if (name.trim() === '') refuse('a unit needs a name');
  if ('opaque' in definition) {
    return Object.freeze({ name, dimension: `opaque ${name}`, factor: exact('1', ''), offset: exact('0', '') });
  }
  const factor = exact(definition.factor, `the factor of unit ${name}`);
  if (factor.numerator <= 0n) refuse(`the factor of unit ${name} must be above zero`);
  const offset = exact(definition.offset ?? '0', `the offset of unit ${name}`);
  return Object.freeze({ name, dimension: definition.dimension, factor, offset });
};

/** Metres of water column at a density, kg/m³, under standard gravity (9.80665 m/s²). The plain `mH2O` is at 1000 kg/m³. */
export const metresOfWater = (density: string): Unit => {
  const pascal = product(exact(density, 'the density'), exact('9.80665', ''));
  return defineUnit({
    name: `mH2O at ${density} kg/m3`,
    dimension: 'pressure',
    factor: `${pascal.numerator}/${pascal.denominator}`,
  });
};

/** One spelling for what differs only in typing: blanks, superscripts, either micro sign, an ordinal for a degree sign. */
const spelling = (name: string): string =>
  name.replaceAll('º', '°').normalize('NFKC').replaceAll('μ', 'u').replaceAll(/[\s^]/g, '');

interface Names {
  readonly exact: ReadonlyMap<string, Unit>;
  /** Without case; `undefined` where case tells two units apart, as in mL and ML. */
  readonly folded: ReadonlyMap<string, Unit | undefined>;
}

let names: Names | undefined;

const readTable = (): Names => {
  const byName = new Map<string, Unit>();
  const folded = new Map<string, Unit | undefined>();
  for (const [dimension, rows] of Object.entries(unitTable)) {
    for (const [name, { factor, offset = '0', aliases = [] }] of Object.entries(rows)) {
      const unit = defineUnit({ name, dimension, factor, offset });
      for (const written of [name, ...aliases].map(spelling)) {
        const lower = written.toLowerCase();
        byName.set(written, unit);
        folded.set(lower, folded.has(lower) && folded.get(lower) !== unit ? undefined : unit);
      }
    }
  }
  return { exact: byName, folded };
};

/** The unit with this name or alias, or `undefined`. Case counts only where it tells two units apart. */
export const findUnit = (name: string): Unit | undefined => {
  names ??= readTable();
  const written = spelling(name);
  return names.exact.get(written) ?? names.folded.get(written.toLowerCase());
};

/**
 * The unit with this name or alias: `m3`, `m³`, `lts`, `l/s`, `µS/cm`, `°C`.
 * @throws CaudalError kind `config` for an unknown name
 */
export const unit = (name: string): Unit =>
  findUnit(name) ?? refuse(`unit ${JSON.stringify(name)} is not known; define it, or declare it opaque`);

const resolve = (named: string | Unit): Unit => (typeof named === 'string' ? unit(named) : named);

/** `result = value × factor + offset`, exact. */
const step = (from: string | Unit, to: string | Unit): { factor: Rational; offset: Rational } => {
  const [source, target] = [resolve(from), resolve(to)];
  if (source.dimension !== target.dimension) {
    refuse(`${source.name} (${source.dimension}) can not be converted to ${target.name} (${target.dimension})`);
  }
  return {
    factor: quotient(source.factor, target.factor),
    offset: quotient(difference(source.offset, target.offset), target.factor),
  };
};

/**
 * A prepared conversion for many values: `(value × a + b) / c` with whole a, b, c, so each step rounds once and converting
 * there and back stays within two units in the last place. NaN stays NaN.
 *
 * @throws CaudalError kind `config` for an unknown unit or two dimensions
 */
export const converter = (from: string | Unit, to: string | Unit): ((value: number) => number) => {
  const { factor, offset } = step(from, to);
  if (offset.numerator === 0n) {
    const [multiply, divide] = [Number(factor.numerator), Number(factor.denominator)];
    if (multiply === 1 && divide === 1) return (value) => value;
    return (value) => (value * multiply) / divide;
  }
  const multiply = Number(factor.numerator * offset.denominator);
  const add = Number(offset.numerator * factor.denominator);
  const divide = Number(factor.denominator * offset.denominator);
  return (value) => (value * multiply + add) / divide;
};

/** One value converted. For many of them prepare a {@link converter}. */
export const convert = (value: number, from: string | Unit, to: string | Unit): number => converter(from, to)(value);

/**
 * Decimal text converted exactly, all digits kept: `1` gal → `3.785411784` L. Some results never end (1 m³/h in L/s is
 * 0.2777…): those need `places`, and are rounded to it, half away from zero. A result that ends is never rounded.
 *
 * @throws CaudalError kind `invalid-data`, scope `item`, for text that is not decimal; kind `config` for units that do not
 * convert and for an endless result without `places`
 */
export const convertText = (decimal: string, from: string | Unit, to: string | Unit, places?: number): string => {
  const value = decimal.includes('/') ? undefined : readRational(decimal);
  if (value === undefined) {
    throw new CaudalError('invalid-data', `${JSON.stringify(decimal.slice(0, 64))} is not a decimal number`, {
      sent: 'no',
      scope: 'item',
    });
  }
  const { factor, offset } = step(from, to);
  return (
    rationalText(sum(product(value, factor), offset), places) ??
    refuse(`${resolve(from).name} in ${resolve(to).name} has endless decimals here; declare how many places to keep`)
  );
};
