import {
  CaudalError,
  createProblemList,
  type DecodeContext,
  type Decoded,
  parseSpelledJson,
  type RawRecord,
  type Reading,
  SpelledNumber,
} from '@caudal/core';
import type { Answer } from './config/answer.ts';
import type { DeviceSettings } from './config/device.ts';
import type { ErrorRules } from './error-rules.ts';
import { compilePath, type Finder, type Place } from './path.ts';
import { compileValues } from './read-value.ts';
import type { At } from './refuse.ts';
import type { Found } from './shapes/shape.ts';
import { compileWalk, spelledKeys } from './shapes/walk.ts';
import { compileReader } from './time/read-time.ts';

type Context = DecodeContext<DeviceSettings>;

/** One row of an answer, for whoever decides how pages go on. */
export interface Row {
  readonly series: string | undefined;
  readonly at: number | undefined;
}

/** Reads bodies of one form. */
export interface Decoder {
  decode(record: RawRecord, context: Context): Decoded;
  /** The body parsed, with the numbers that matter spelled. Throws kind `invalid-data`. */
  readonly parse: (body: Uint8Array) => unknown;
  /** The rows of a parsed answer, in its order. */
  rows(
    root: unknown,
    asked: { readonly variable: string | undefined; readonly zone: string | undefined },
  ): readonly Row[];
}

const textOf = (value: unknown): string | undefined => {
  const text = value instanceof SpelledNumber ? value.text : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

/** The one variable, or the one device, that was asked; undefined where there were several. */
const alone = (list: readonly string[] | undefined): string | undefined => (list?.length === 1 ? list[0] : undefined);

/** Compiles how readings lie in a body, once, so that reading a body costs no decisions. @throws CaudalError kind `config` */
export const compileDecoder = (answer: Answer, errors: ErrorRules, at: At): Decoder => {
  const walk = compileWalk(answer, at);
  const readTime = compileReader(answer.time.format, answer.time.zone, `${at}/time/format`);
  const readValue = compileValues(answer.values ?? {}, `${at}/values`);
  const find = (path: string | undefined, key: string): Finder | undefined =>
    path === undefined ? undefined : compilePath(path, `${at}/${key}`);
  const deviceOf = find(answer.device, 'device');
  const unitOf = find(answer.unit, 'unit');
  const idOf = find(answer.id, 'id');
  const storedOf = find(answer.storedAt?.at, 'storedAt/at');
  const readStored =
    answer.storedAt === undefined
      ? undefined
      : compileReader(answer.storedAt.format, answer.storedAt.zone, `${at}/storedAt/format`);
  const keys = spelledKeys(answer);
  const spelled = keys === undefined ? undefined : (key: string) => keys.has(key);
  const skipsMissing = answer.values?.missing === 'skip';
  const byArrival = answer.time.missing === 'arrival';

  const readFound = (
    found: Found,
    record: RawRecord,
    context: Context,
    asked: string | undefined,
  ): Reading | string | undefined => {
    const { place, variable, value, time } = found;
    if (variable === undefined) return 'the item names no variable';
    if (value === undefined) return skipsMissing ? undefined : 'the item has no value';
    const device = (deviceOf === undefined ? place.device : textOf(deviceOf(place))) ?? asked;
    if (device === undefined) return 'the item names no device';
    const settings = context.settings(device);
    const arrived = time === undefined && byArrival;
    const instant = arrived
      ? record.receivedAt
      : time === undefined
        ? 'the item has no time'
        : readTime(time, settings?.zone);
    if (typeof instant !== 'number') return typeof instant === 'string' ? instant : instant.why;
    const read = readValue(value, settings?.sentinels);
    if (read === 'skip') return undefined;
    const unit = textOf(unitOf?.(place)) ?? settings?.units?.[variable] ?? answer.units?.[variable];
    const vendorId = textOf(idOf?.(place));
    const stored = storedOf?.(place);
    const vendorAt = stored === undefined ? undefined : readStored?.(stored, settings?.zone);
    return {
      device,
      variable,
      at: instant,
      ...read,
      ...(unit === undefined ? {} : { unit }),
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(typeof vendorAt === 'number' ? { vendorAt } : {}),
      ...(arrived ? { atArrival: true as const } : {}),
    };
  };

  const refuseBody = (why: string): never => {
    throw new CaudalError('invalid-data', why, { scope: 'item' });
  };

  const parse = (body: Uint8Array) => parseSpelledJson(body, spelled);

  return {
    parse,
    decode(record, context) {
      const { envelope } = record;
      const root = parse(record.body);
      if (errors.isRefusal({ root, text: () => Buffer.from(record.body).toString('utf8') }))
        return refuseBody('the body is a refusal, not data');
      const asked =
        alone(envelope.asked?.devices) ??
        (envelope.device === undefined ? undefined : context.externalId(envelope.device));
      const place: Place = {
        item: root,
        root,
        headers: envelope.headers ?? {},
        device: asked,
        variable: alone(envelope.asked?.variables),
      };
      const readings: Reading[] = [];
      const problems = createProblemList('items');
      const wrong = walk(place, {
        value: (found) => {
          const read = readFound(found, record, context, asked);
          if (typeof read === 'string') problems.tell(read, found.where());
          else if (read !== undefined) readings.push(read);
        },
        odd: (reason, where) => problems.tell(reason, where),
      });
      if (wrong !== undefined) return refuseBody(wrong);
      return { readings, problems: problems.all() };
    },
    rows(root, { variable, zone }) {
      const rows: Row[] = [];
      walk(
        { item: root, root, headers: {}, device: undefined, variable },
        {
          row: (time, series) => {
            const instant = readTime(time, zone);
            rows.push({ series, at: typeof instant === 'number' ? instant : undefined });
          },
          odd: () => rows.push({ series: undefined, at: undefined }),
        },
      );
      return rows;
    },
  };
};
