import type { Unit } from '../units.ts';
import { sayMistake as say } from '../mistake-words.ts';
import type { Said } from '../said.ts';
import { type ExpressionIssue, ExpressionFault, type Node, parseExpression } from './parse.ts';
import {
  combined,
  conversion,
  pureNumber,
  type Quantity,
  quantityName,
  quantityOf,
  sameDimension,
  unitIn,
} from './quantity.ts';

/** Numbers of one name at the same instants as all others; NaN for none. */
export type ExpressionColumns = Readonly<Record<string, Float64Array>>;

/** An expression that was checked. */
export interface Expression {
  /** Names it needs, in the order in which they appear. */
  readonly names: readonly string[];
  /** Number by number over columns of equal length. Where a needed number is missing, so is the result; so it is after a division by zero. */
  run(columns: ExpressionColumns, length: number): Float64Array;
}

export interface ExpressionSettings {
  /** Unit of a name; undefined when there is no such name, null where it has no unit that is known. */
  unitOf(name: string): Unit | null | undefined;
  /** Unit of the result: a name of the table, or a unit of your own. */
  readonly unit: string | Unit;
}

type Evaluate = (columns: ExpressionColumns, index: number) => number;

interface Part {
  readonly quantity: Quantity;
  readonly of: Evaluate;
}

const refuse = (at: number, said: Said): never => {
  throw new ExpressionFault(at, said);
};

const converted = ({ quantity, of }: Part, to: Quantity): Evaluate => {
  const { factor, offset } = conversion(quantity, to);
  if (factor === 1 && offset === 0) return of;
  return (columns, index) => of(columns, index) * factor + offset;
};

const bare = (node: Node) => node.kind === 'number' && node.unit === undefined;

/** Half away from zero, on the decimal text of the number, so that 1.005 is what it says. */
const rounded = (value: number, digits: number): number => {
  if (!Number.isFinite(value)) return Number.NaN;
  const shifted = Number(`${Math.abs(value)}e${digits}`);
  if (!Number.isFinite(shifted)) return value;
  return Math.sign(value) * Number(`${Math.round(shifted)}e${-digits}`);
};

/** All parts in the unit of the first; or the reason why not. */
const alike = (
  name: string,
  nodes: readonly Node[],
  parts: readonly Part[],
): readonly [Quantity, readonly Evaluate[]] => {
  const first = parts[0] as Part;
  const all = parts.map((part, index) => {
    const { at } = nodes[index] as Node;
    if (
      sameDimension(part.quantity, first.quantity) &&
      (part.quantity.scale === undefined) === (first.quantity.scale === undefined)
    )
      return converted(part, first.quantity);
    const [a, b] = [quantityName(first.quantity), quantityName(part.quantity)];
    return refuse(at, say(nodes.some(bare) ? 'formula-kinds-bare' : 'formula-kinds', { name, a, b }));
  });
  return [first.quantity, all];
};

interface FunctionRow {
  readonly least: number;
  readonly most: number;
  make(parts: readonly Part[], nodes: readonly Node[]): Part;
}

const over =
  (name: string, join: (values: readonly Evaluate[]) => Evaluate): FunctionRow['make'] =>
  (parts, nodes) => {
    const [quantity, values] = alike(name, nodes, parts);
    return { quantity, of: join(values) };
  };

const added =
  (values: readonly Evaluate[]): Evaluate =>
  (columns, index) => {
    let sum = 0;
    for (const value of values) sum += value(columns, index);
    return sum;
  };

const functions: Readonly<Record<string, FunctionRow>> = {
  min: {
    least: 1,
    most: 20,
    make: over('min', (values) => (columns, index) => Math.min(...values.map((value) => value(columns, index)))),
  },
  max: {
    least: 1,
    most: 20,
    make: over('max', (values) => (columns, index) => Math.max(...values.map((value) => value(columns, index)))),
  },
  avg: {
    least: 1,
    most: 20,
    make: over('avg', (values) => (columns, index) => added(values)(columns, index) / values.length),
  },
  sum: {
    least: 1,
    most: 20,
    make(parts, nodes) {
      const [quantity, values] = alike('sum', nodes, parts);
      if (quantity.scale !== undefined) refuse((nodes[0] as Node).at, say('formula-scale-sum'));
      return { quantity, of: added(values) };
    },
  },
  abs: {
    least: 1,
    most: 1,
    make: ([part]) => {
      const { quantity, of } = part as Part;
      return { quantity, of: (columns, index) => Math.abs(of(columns, index)) };
    },
  },
  round: {
    least: 1,
    most: 2,
    make([part], nodes) {
      const { quantity, of } = part as Part;
      const digits = nodes[1];
      if (digits === undefined) return { quantity, of: (columns, index) => rounded(of(columns, index), 0) };
      if (digits.kind !== 'number' || !bare(digits) || !Number.isInteger(digits.value) || digits.value > 12)
        return refuse(digits.at, say('formula-digits'));
      return { quantity, of: (columns, index) => rounded(of(columns, index), digits.value) };
    },
  },
  lag: {
    least: 1,
    most: 1,
    make: ([part]) => {
      const { quantity, of } = part as Part;
      return { quantity, of: (columns, index) => (index === 0 ? Number.NaN : of(columns, index - 1)) };
    },
  },
};

/** Functions an expression may call. */
export const expressionFunctions = Object.keys(functions);

const operations = {
  '+':
    (left: Evaluate, right: Evaluate): Evaluate =>
    (c, i) =>
      left(c, i) + right(c, i),
  '-':
    (left: Evaluate, right: Evaluate): Evaluate =>
    (c, i) =>
      left(c, i) - right(c, i),
  '*':
    (left: Evaluate, right: Evaluate): Evaluate =>
    (c, i) =>
      left(c, i) * right(c, i),
  '/':
    (left: Evaluate, right: Evaluate): Evaluate =>
    (c, i) => {
      const by = right(c, i);
      return by === 0 ? Number.NaN : left(c, i) / by;
    },
} as const;

const addition = (node: Node & { readonly kind: 'operation' }, left: Part, right: Part): Part => {
  const { sign, at } = node;
  if (!sameDimension(left.quantity, right.quantity)) {
    const verb = sign === '+' ? 'formula-add' : 'formula-take';
    const [subject, object] = [quantityName(right.quantity), quantityName(left.quantity)];
    const isBare = bare(node.left) || bare(node.right);
    return refuse(at, say(isBare ? `${verb}-bare` : verb, { subject, object }));
  }
  const [a, b] = [left.quantity.scale, right.quantity.scale];
  if (sign === '+' && a !== undefined && b !== undefined) refuse(at, say('formula-scale-sum'));
  if (sign === '-' && a === undefined && b !== undefined) refuse(at, say('formula-scale-difference'));
  // A difference of two points is counted in the steps of the scale.
  const to = sign === '-' && b !== undefined ? { ...left.quantity, scale: a } : left.quantity;
  const quantity =
    a !== undefined && b !== undefined
      ? { ...left.quantity, scale: undefined }
      : a === undefined && b !== undefined
        ? right.quantity
        : left.quantity;
  if (a === undefined && b !== undefined)
    return { quantity, of: operations[sign](converted(left, { ...right.quantity, scale: undefined }), right.of) };
  return { quantity, of: operations[sign](left.of, converted(right, to)) };
};

const build = (node: Node, settings: ExpressionSettings, names: Set<string>): Part => {
  switch (node.kind) {
    case 'number': {
      const { value } = node;
      if (node.unit === undefined) return { quantity: pureNumber, of: () => value };
      const unit = unitIn(node.unit) ?? refuse(node.at, say('formula-unit', { unit: node.unit }));
      // Kelvin in a formula are steps: nobody adds absolute zero.
      const steps = unit.offset.numerator === 0n;
      return { quantity: { ...quantityOf(unit), ...(steps ? { scale: undefined } : {}) }, of: () => value };
    }
    case 'name': {
      const { name } = node;
      const unit = settings.unitOf(name);
      if (unit === undefined) return refuse(node.at, say('formula-name', { name }));
      if (unit === null) return refuse(node.at, say('formula-no-unit', { name }));
      names.add(name);
      return { quantity: quantityOf(unit), of: (columns, index) => columns[name]?.[index] ?? Number.NaN };
    }
    case 'minus': {
      const { quantity, of } = build(node.of, settings, names);
      if (quantity.scale !== undefined) refuse(node.at, say('formula-scale-opposite'));
      return { quantity, of: (columns, index) => -of(columns, index) };
    }
    case 'operation': {
      const [left, right] = [build(node.left, settings, names), build(node.right, settings, names)];
      if (node.sign === '+' || node.sign === '-') return addition(node, left, right);
      if (left.quantity.scale !== undefined || right.quantity.scale !== undefined)
        refuse(node.at, say('formula-scale-product'));
      return {
        quantity: combined(left.quantity, right.quantity, node.sign === '*' ? 1 : -1),
        of: operations[node.sign](left.of, right.of),
      };
    }
    case 'call': {
      const row = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
      if (row === undefined)
        return refuse(node.at, say('formula-function', { name: node.name, functions: expressionFunctions.join(', ') }));
      const { least, most } = row;
      const takes = { name: node.name, least, given: node.parts.length };
      if (node.parts.length < least || node.parts.length > most)
        refuse(
          node.at,
          least === most ? say('formula-takes-exactly', takes) : say('formula-takes', { ...takes, most }),
        );
      return row.make(
        node.parts.map((part) => build(part, settings, names)),
        node.parts,
      );
    }
  }
};

/**
 * Checks an expression with the units of its names, and makes it ready to run. Numbers are calculated in the units they come in and
 * converted where two meet, and once at the end.
 *
 * @returns the expression, or the first thing that is wrong with it and where
 */
export const compileExpression = (
  text: string,
  settings: ExpressionSettings,
): { readonly expression: Expression } | { readonly issue: ExpressionIssue } => {
  try {
    const tree = parseExpression(text);
    const names = new Set<string>();
    const part = build(tree, settings, names);
    const unit =
      unitIn(settings.unit) ??
      refuse(0, say('formula-unit', { unit: typeof settings.unit === 'string' ? settings.unit : settings.unit.name }));
    const wanted = quantityOf(unit);
    if (!sameDimension(part.quantity, wanted))
      refuse(
        tree.at,
        say('formula-gives', {
          quantity: quantityName(part.quantity),
          unit: unit.name,
          wanted: quantityName(wanted),
        }),
      );
    if (part.quantity.scale === undefined && wanted.scale !== undefined && unit.offset.numerator !== 0n)
      refuse(tree.at, say('formula-difference', { unit: unit.name }));
    const of = converted(part, wanted);
    return {
      expression: {
        names: [...names],
        run(columns, length) {
          const result = new Float64Array(length);
          for (let index = 0; index < length; index += 1) {
            const value = of(columns, index);
            result[index] = Number.isFinite(value) ? value : Number.NaN;
          }
          return result;
        },
      },
    };
  } catch (thrown) {
    if (thrown instanceof ExpressionFault) return { issue: { at: thrown.at, ...thrown.said } };
    throw thrown;
  }
};
