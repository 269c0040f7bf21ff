import { CHILE_REGULATOR_OFFSET_MINUTES, parseInstant } from '@caudal/core';
import type { Received } from '../loopback.ts';
import { type Variant, type VariantName, variants } from './variants.ts';

/** What a POST says, as far as it can be read. */
export interface Measurement {
  readonly variant: VariantName;
  readonly work: string | undefined;
  readonly centre: string | undefined;
  readonly informant: string | undefined;
  readonly password: string | undefined;
  /** `YYYY-MM-DD` and `HH:MM:SS` as sent, when both are well formed. */
  readonly date: string | undefined;
  readonly time: string | undefined;
  /** UTC milliseconds of date and time read as UTC−4. */
  readonly measuredAt: number | undefined;
  /** Every field of the variant that was a string, as sent; date and time apart. */
  readonly values: Readonly<Record<string, string>>;
  /** Everything that breaks the written format, one sentence each. */
  readonly problems: readonly string[];
  /** What is wrong with `timeStampOrigen`, which the server does not check. */
  readonly sendTimeProblem: string | undefined;
}

const workPattern = /^O[BR]-\d{4}-[1-9]\d*$/;
const rutPattern = /^[1-9]\d{0,8}-[\dK]$/;
const sendTimePattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})-0000$/;
const offset = `-${String(-CHILE_REGULATOR_OFFSET_MINUTES / 60).padStart(2, '0')}:00`;

/** A clock in the sender that is further off than this is reported. */
const sendTimeToleranceMs = 15 * 60_000;

type Fields = Readonly<Record<string, unknown>>;

const object = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const parse = (body: string): Fields | undefined => {
  try {
    return object(JSON.parse(body));
  } catch {
    return undefined;
  }
};

const unexpected = (where: string, present: Fields, expected: readonly string[]) =>
  Object.keys(present)
    .filter((key) => !expected.includes(key))
    .map((key) => `${where} has the unknown key ${key}`);

const credentialProblems = (credentials: Fields | undefined): string[] => {
  if (credentials === undefined) return ['autenticacion is missing'];
  const problems = unexpected('autenticacion', credentials, ['password', 'rutEmpresa', 'rutUsuario']);
  if (text(credentials['password']) === undefined) problems.push('password is not a string');
  for (const key of ['rutEmpresa', 'rutUsuario'])
    if (!rutPattern.test(text(credentials[key]) ?? '')) problems.push(`${key} is not a RUT of the form NNNNNNNN-D`);
  return problems;
};

const fieldProblems = (variant: Variant, fields: Fields | undefined, mayLeaveEmpty: boolean): string[] => {
  if (fields === undefined) return [`${variant.bodyKey} is missing`];
  const problems = unexpected(variant.bodyKey, fields, Object.keys(variant.fields));
  for (const [name, field] of Object.entries(variant.fields)) {
    const value = text(fields[name]);
    if (value === undefined) problems.push(`${name} is not a string`);
    else if (value === '' && field.mayBeEmpty && mayLeaveEmpty) continue;
    else if (!field.pattern.test(value)) problems.push(`${name} is not of the form ${field.form}`);
  }
  return problems;
};

const sendTime = (header: string | undefined, now: number): string | undefined => {
  const match = sendTimePattern.exec(header ?? '');
  if (match === null) return 'timeStampOrigen is not of the form yyyy-MM-ddTHH:mm:ss-0000';
  const at = parseInstant(`${match[1]}${offset}`);
  if (at === undefined) return 'timeStampOrigen is not a time';
  return Math.abs(at - now) <= sendTimeToleranceMs
    ? undefined
    : `timeStampOrigen read as UTC-4 is ${Math.round((at - now) / 60_000)} minutes from now`;
};

/** Reads a POST against the written format (manual, sections 4 and 5). `mayLeaveEmpty` asks about a work by its code. */
export const readMeasurement = (
  request: Received,
  name: VariantName,
  now: number,
  mayLeaveEmpty: (work: string) => boolean,
): Measurement => {
  const variant = variants[name];
  const work = request.headers['codigoobra'];
  const body = parse(request.body);
  const credentials = object(body?.['autenticacion']);
  const fields = object(body?.[variant.bodyKey]);
  const problems: string[] = [];
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    problems.push('Content-Type is not application/json');
  if (work === undefined || !workPattern.test(work)) problems.push('codigoObra is not the code of a work');
  if (request.headers['timestamporigen'] === undefined) problems.push('timeStampOrigen is missing');
  if (body === undefined) problems.push('the body is not a JSON object');
  else {
    problems.push(
      ...unexpected('the body', body, ['autenticacion', variant.bodyKey]),
      ...credentialProblems(credentials),
      ...fieldProblems(variant, fields, work !== undefined && mayLeaveEmpty(work)),
    );
  }
  const date = text(fields?.['fechaMedicion']);
  const time = text(fields?.['horaMedicion']);
  const measuredAt = date === undefined || time === undefined ? undefined : parseInstant(`${date}T${time}${offset}`);
  if (measuredAt === undefined && fields !== undefined) problems.push('fechaMedicion and horaMedicion are no time');
  const values: Record<string, string> = {};
  for (const key of Object.keys(variant.fields)) {
    const value = text(fields?.[key]);
    if (value !== undefined && key !== 'fechaMedicion' && key !== 'horaMedicion') values[key] = value;
  }
  return {
    variant: name,
    work,
    centre: text(credentials?.['rutEmpresa']),
    informant: text(credentials?.['rutUsuario']),
    password: text(credentials?.['password']),
    date: measuredAt === undefined ? undefined : date,
    time: measuredAt === undefined ? undefined : time,
    measuredAt,
    values,
    problems,
    sendTimeProblem: sendTime(request.headers['timestamporigen'], now),
  };
};
