import { type Discovered, findUnit } from '@caudal/core';

/** What a unit can measure at a point, by its dimension. */
const byDimension: Readonly<Record<string, string>> = {
  flow: 'flow',
  volume: 'total',
  pulses: 'total',
  length: 'level',
  temperature: 'temperature',
  pressure: 'pressure',
  conductivity: 'conductivity',
  'turbidity-white': 'turbidity',
  'turbidity-infrared': 'turbidity',
};

/** What installers often mean by a name. A hint for a person to check, never a rule: the same name means flow at one well and level at another. */
const byName: readonly (readonly [RegExp, string])[] = [
  [/nivel|level|freatic|depth/i, 'level'],
  [/caudal|flow|gasto/i, 'flow'],
  [/total|acum|puls|count|volum/i, 'total'],
  [/temp/i, 'temperature'],
  [/pres/i, 'pressure'],
  [/conduc/i, 'conductivity'],
  [/turb/i, 'turbidity'],
  [/^ph$/i, 'ph'],
];

type Variable = Discovered['variables'][number];

const proposal = ({ name, unit }: Variable): { readonly kind: string; readonly because: string } | undefined => {
  const known = unit === undefined ? undefined : findUnit(unit);
  const kind = known === undefined ? undefined : byDimension[known.dimension];
  if (kind !== undefined) return { kind, because: `its unit is ${unit}` };
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  return named === undefined ? undefined : { kind: named, because: 'by its name alone: check it' };
};

const text = (value: string) => (/^[A-Za-z][\w-]*$/.test(value) ? value : JSON.stringify(value));

const seen = ({ last }: Variable) =>
  last === undefined ? 'never seen' : `last ${last.raw} at ${new Date(last.at).toISOString()}`;

/** YAML of bindings for what was found: proposals that a person checks, and what nobody can propose as comments. */
export const proposeBindings = (found: Discovered, deviceId: (externalId: string) => string | undefined): string => {
  const lines = found.variables.map((variable) => {
    const device = deviceId(variable.device);
    const place = `device: ${text(device ?? `device-${variable.device}`)}, variable: ${text(variable.name)}`;
    const proposed = proposal(variable);
    const unit = variable.unit === undefined ? '' : `, unit: ${text(variable.unit)}`;
    return proposed === undefined
      ? `  # - { ${place}, series: POINT/?${unit} } # ${seen(variable)}; what it measures is yours to say`
      : `  - { ${place}, series: POINT/${proposed.kind}${unit} } # ${seen(variable)}; ${proposed.because}`;
  });
  return ['bindings:', ...lines].join('\n');
};
