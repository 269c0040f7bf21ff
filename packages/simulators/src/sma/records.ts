import { CHILE_REGULATOR_OFFSET_MINUTES, parseInstant } from '@caudal/core';
import { registeredSet, type SmaProcess } from './registration.ts';

/** How the request is written where the manual's examples are lost. */
export interface WireForm {
  readonly valor: 'string' | 'number';
  readonly dispositivoId: 'string' | 'integer';
  /** Keys of a parameter beside its own four. */
  readonly extraKeys: readonly string[];
  readonly instantsPerRequest: number;
}

/** One value that was sent. */
export interface SmaValue {
  readonly dispositivoId: string;
  readonly nombre: string;
  readonly unidad: string;
  /** As sent: the text, or the digits of the number. */
  readonly valor: string;
  readonly estampaTiempo: string;
  readonly extra: Readonly<Record<string, string>>;
}

export interface ReadRecords {
  readonly values: readonly SmaValue[];
  /** By stamp, in the order of the request. */
  readonly stamps: readonly { readonly text: string; readonly at: number | undefined }[];
  /** Everything that breaks the written form, one sentence each. */
  readonly problems: readonly string[];
  /** Parameters of an instant that are missing or exceed. */
  readonly setProblems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const object = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** A number as the digits that stood there. */
interface Digits {
  readonly digits: string;
}

const isDigits = (value: unknown): value is Digits => object(value)?.['digits'] !== undefined;

type WithSource = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const keepDigits: WithSource = (_key, value, { source }) =>
  typeof value === 'number' ? { digits: source ?? String(value) } : value;

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body, keepDigits as Parameters<typeof JSON.parse>[1]);
  } catch {
    return undefined;
  }
};

const written = (value: unknown, as: 'string' | 'number' | 'integer'): string | undefined => {
  if (as === 'string') return typeof value === 'string' ? value : undefined;
  if (!isDigits(value)) return undefined;
  return as === 'integer' && !/^\d+$/.test(value.digits) ? undefined : value.digits;
};

const decimal = /^-?\d+(\.\d+)?$/;
const stamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const offset = `-${String(-CHILE_REGULATOR_OFFSET_MINUTES / 60).padStart(2, '0')}:00`;

/** UTC milliseconds of a stamp read as GMT-4. */
const instantOf = (text: string): number | undefined =>
  stamp.test(text) ? parseInstant(`${text}${offset}`) : undefined;

const readParameter = (
  given: unknown,
  dispositivoId: string,
  form: WireForm,
  problems: string[],
): SmaValue | undefined => {
  const fields = object(given);
  if (fields === undefined) {
    problems.push('a parameter is no object');
    return undefined;
  }
  const expected = ['nombre', 'valor', 'unidad', 'estampaTiempo', ...form.extraKeys];
  for (const key of Object.keys(fields))
    if (!expected.includes(key)) problems.push(`a parameter has the unknown key ${key}`);
  for (const key of expected) if (!Object.hasOwn(fields, key)) problems.push(`a parameter has no ${key}`);
  const { nombre, unidad, estampaTiempo } = fields;
  const valor = written(fields['valor'], form.valor);
  if (typeof nombre !== 'string' || typeof unidad !== 'string') problems.push('nombre and unidad are not strings');
  if (valor === undefined || !decimal.test(valor)) problems.push(`valor is not a decimal number as ${form.valor}`);
  if (typeof estampaTiempo !== 'string' || instantOf(estampaTiempo) === undefined)
    problems.push('estampaTiempo is not of the form yyyy-MM-ddTHH:mm:ss');
  return {
    dispositivoId,
    nombre: typeof nombre === 'string' ? nombre : '',
    unidad: typeof unidad === 'string' ? unidad : '',
    valor: valor ?? '',
    estampaTiempo: typeof estampaTiempo === 'string' ? estampaTiempo : '',
    extra: Object.fromEntries(form.extraKeys.map((key) => [key, String(fields[key])])),
  };
};

const readDevice = (given: unknown, form: WireForm, problems: string[]): SmaValue[] => {
  const fields = object(given);
  if (fields === undefined) {
    problems.push('an element of the array is no object');
    return [];
  }
  for (const key of Object.keys(fields))
    if (key !== 'dispositivoId' && key !== 'parametros') problems.push(`a device has the unknown key ${key}`);
  const id = written(fields['dispositivoId'], form.dispositivoId);
  const { parametros } = fields;
  if (id === undefined) problems.push(`dispositivoId is no ${form.dispositivoId}`);
  if (!Array.isArray(parametros)) {
    problems.push('parametros is no array');
    return [];
  }
  return parametros.flatMap((parameter) => readParameter(parameter, id ?? '', form, problems) ?? []);
};

/** What an instant lacks of the registered set, and what it has too much or twice. */
const compareSet = (process: SmaProcess, text: string, values: readonly SmaValue[]): string[] => {
  const registered = registeredSet(process);
  const sent = values
    .filter(({ estampaTiempo }) => estampaTiempo === text)
    .map(({ dispositivoId, nombre, unidad }) => `${dispositivoId} ${nombre} ${unidad}`);
  return [
    ...registered.filter((one) => !sent.includes(one)).map((one) => `${text}: missing ${one}`),
    ...sent
      .filter((one, at) => !registered.includes(one) || sent.indexOf(one) !== at)
      .map((one) => `${text}: excess ${one}`),
  ];
};

/** Reads a POST of measurements against the written form and the registration of its process. */
export const readRecords = (
  body: string,
  contentType: string | undefined,
  process: SmaProcess | undefined,
  form: WireForm,
): ReadRecords => {
  const problems: string[] = [];
  if (!/^application\/json\b/i.test(contentType ?? '')) problems.push('Content-Type is not application/json');
  const array = parse(body);
  if (!Array.isArray(array)) problems.push('the body is not a JSON array');
  const values = Array.isArray(array) ? array.flatMap((device) => readDevice(device, form, problems)) : [];
  if (values.length === 0) problems.push('there is no parameter');
  const texts = [...new Set(values.map(({ estampaTiempo }) => estampaTiempo))];
  if (texts.length > form.instantsPerRequest) problems.push(`${texts.length} instants in one request`);
  const setProblems = process === undefined ? [] : texts.flatMap((text) => compareSet(process, text, values));
  return { values, stamps: texts.map((text) => ({ text, at: instantOf(text) })), problems, setProblems };
};
