import assert from 'node:assert/strict';
import {
  type DecodeContext,
  type Decoded,
  isCaudalError,
  type ProviderInstance,
  type RawInput,
  type RawRecord,
} from '@caudal/core';
import { attempt, asCaudalError } from '../conformance/bounded.ts';
import { type Check, skip } from '../conformance/check.ts';
import { burdensomeBodies, damagedBodies, withScalarsReplaced } from '../conformance/damaged-bodies.ts';
import { firstEndless, withinBudget } from '../conformance/decode-budget.ts';
import { neededBy } from '../conformance/needed-record.ts';
import { deepFreeze } from '../conformance/deep-freeze.ts';
import { program } from '../conformance/remote.ts';
import { behaving, instanceOf, never, type Session, withInstance } from '../conformance/session.ts';
import { watchNetwork } from '../conformance/watch.ts';
import { fakeHost } from '../fakes/fake-host.ts';
import { replies } from '../faults/reply.ts';
import type { ProviderSubject } from '../subjects/provider.ts';

type ProviderSession = Session<ProviderInstance>;

const receivedAt = Date.UTC(2026, 5, 1, 12);

const contextOf = ({ options: { device } }: ProviderSubject): DecodeContext => ({
  settings: (externalDevice) => (externalDevice === device.externalId ? device.settings : undefined),
  externalId: (id) => (id === device.id ? device.externalId : undefined),
});

const stored = (inputs: readonly RawInput[]): RawRecord[] =>
  inputs.map(({ body, envelope }, index) => ({ id: `raw-${index + 1}`, receivedAt, body, envelope }));

/** What one pull of the suite's device brings. */
const pulled = async ({ options }: ProviderSubject, instance: ProviderInstance): Promise<readonly RawInput[]> => {
  const { device, window } = options;
  const result = await instance.pull?.({
    devices: [device],
    limit: 100,
    signal: never(),
    ...(window === undefined ? {} : { window }),
  });
  return result?.records ?? [];
};

/** Records to decode: recorded ones, or those of a pull or a webhook. */
const recordsOf = async (subject: ProviderSubject, { instance, remote }: ProviderSession): Promise<RawRecord[]> => {
  const { options } = subject;
  if (options.records !== undefined) return [...options.records];
  if (instance.pull !== undefined && (options.answers !== undefined || options.remote !== undefined)) {
    behaving(remote, 'ok');
    return stored(await pulled(subject, instance));
  }
  if (instance.webhook !== undefined && options.webhook !== undefined) {
    return stored(instance.webhook.accept(options.webhook.request).records);
  }
  return skip('there is nothing to decode: the options say no records, answers or webhook');
};

/** An instance that is given the record that another needs, as a host would. */
const knowing = (records: readonly RawRecord[], instance: ProviderInstance): ProviderInstance => ({
  ...instance,
  decode(record, context) {
    const needed = neededBy(record, records);
    return instance.decode(record, needed === undefined ? context : { ...context, needed });
  },
});

const damaged = (records: readonly RawRecord[]): RawRecord[] =>
  records.slice(0, 3).flatMap((record) => damagedBodies(record.body).map((body) => ({ ...record, body })));

const endless = 'decode does not end, see P-09';

const absent = [null, '', ' ', 'n/a', [], false];

const endlessBodies = new WeakMap<ProviderSubject, Uint8Array | undefined>();

/** A body that `decode` never comes to the end of, of all that the checks try; looked for once, before any of them can hang. */
const endlessBody = (
  subject: ProviderSubject,
  records: readonly RawRecord[],
  plain: ProviderInstance,
): Uint8Array | undefined => {
  if (endlessBodies.has(subject)) return endlessBodies.get(subject);
  const instance = knowing(records, plain);
  const heavy = records
    .slice(0, 1)
    .flatMap((record) => burdensomeBodies(record.body).map((body) => ({ ...record, body })));
  const missing = records.flatMap((record) =>
    withScalarsReplaced(record.body, absent).map((body) => ({ ...record, body })),
  );
  const found = firstEndless(
    [...records, ...damaged(records), ...missing, ...heavy],
    (record) => instance.decode(record, contextOf(subject)),
    subject.options.decodeBudgetMs,
  )?.body;
  endlessBodies.set(subject, found);
  return found;
};

const decoding = (
  subject: ProviderSubject,
  body: (records: readonly RawRecord[], session: ProviderSession, context: DecodeContext) => Promise<void> | void,
) =>
  withInstance(subject, async (session) => {
    const records = await recordsOf(subject, session);
    if (endlessBody(subject, records, session.instance) !== undefined) skip(endless);
    const instance = knowing(records, session.instance);
    await body(records, { ...session, instance }, contextOf(subject));
  });

const readingsOf = (instance: ProviderInstance, record: RawRecord, context: DecodeContext) => {
  try {
    return instance.decode(record, context).readings;
  } catch {
    return [];
  }
};

const order = (list: readonly object[]) => list.map((item) => JSON.stringify(item)).toSorted();

const essence = ({ readings }: Decoded) => readings.map(({ variable, at, value }) => ({ variable, at, value }));

/** Checks of `decode`. */
export const decodeChecks: readonly Check<ProviderSubject>[] = [
  {
    id: 'P-01',
    title: 'decoding a good answer gives the readings that are in it',
    why: 'Everything behind rests on this.',
    run: (subject) =>
      decoding(subject, (records, { instance }, context) => {
        const readings = records.flatMap((record) => instance.decode(record, context).readings);
        assert.ok(readings.length > 0, 'a good answer gives no reading');
        const expected = subject.options.readings;
        if (expected === undefined) return;
        const keys = Object.keys(expected[0] ?? {});
        const seen = readings.map((reading) =>
          Object.fromEntries(keys.map((key) => [key, reading[key as keyof typeof reading]])),
        );
        assert.deepEqual(order(seen), order(expected));
      }),
  },
  {
    id: 'P-02',
    title: 'decoding twice gives the same',
    why: 'Raw is decoded again after a fix; what has not changed must come out as before.',
    run: (subject) =>
      decoding(subject, (records, { instance }, context) => {
        for (const record of records) {
          assert.deepEqual(instance.decode(record, context), instance.decode(record, context));
        }
      }),
  },
  {
    id: 'P-03',
    title: 'decode throws nothing but invalid-data, whatever the bytes',
    why: 'A vendor changes its format one night; the body must be kept with its reason, not stop the queue.',
    run: (subject) =>
      decoding(subject, (records, { instance }, context) => {
        for (const record of damaged(records)) {
          try {
            const result: unknown = instance.decode(record, context);
            assert.ok(!(result instanceof Promise), 'decode is not synchronous');
          } catch (thrown) {
            if (thrown instanceof assert.AssertionError) throw thrown;
            const shown = JSON.stringify(Buffer.from(record.body).toString('latin1').slice(0, 80));
            assert.equal(asCaudalError(`decode of ${shown}`, thrown).kind, 'invalid-data', `decode of ${shown}`);
          }
        }
      }),
  },
  {
    id: 'P-04',
    title: 'decode changes neither the record nor what it is given',
    why: 'The record is evidence, and its bytes are shared with who stores them.',
    run: (subject) =>
      decoding(subject, async (records, { instance }, context) => {
        for (const record of records) {
          // Not `slice`, which shares its bytes where the body is a Buffer.
          const body = new Uint8Array(record.body);
          const frozen = { ...record, envelope: deepFreeze(structuredClone(record.envelope)) };
          const fate = await attempt(() => instance.decode(Object.freeze(frozen), context));
          if (fate.is === 'rejected') assert.fail(`decode of a frozen record threw ${String(fate.error)}`);
          assert.deepEqual(new Uint8Array(frozen.body), body, 'decode changed the bytes');
        }
      }),
  },
  {
    id: 'P-05',
    title: 'decode needs neither start nor credential nor network',
    why: 'Old records are decoded long after the account is gone.',
    run: (subject) =>
      decoding(subject, async (records, { instance }, context) => {
        const host = fakeHost();
        const plain = instanceOf<ProviderInstance>(subject.plugin('http://127.0.0.1:9'), host);
        const bare = knowing(records, plain);
        for (const record of records) {
          const whole = instance.decode(record, context);
          const seen = await watchNetwork(async () => {
            const fate = await attempt(() => bare.decode(record, context));
            if (fate.is === 'rejected') assert.fail(`decode without start threw ${String(fate.error)}`);
            assert.deepEqual(essence(fate.value), essence(whole), 'decode depends on what happened before');
          });
          assert.deepEqual(seen, [], 'decode did I/O');
          assert.deepEqual(host.resolved, [], 'decode asked for a secret');
        }
      }),
  },
  {
    id: 'P-06',
    title: 'instants and values of readings are finite, or the value is null',
    why: 'NaN and Infinity do not survive JSON and poison every sum.',
    run: (subject) =>
      decoding(subject, (records, { instance }, context) => {
        for (const record of [...records, ...damaged(records)]) {
          for (const reading of readingsOf(instance, record, context)) {
            const shown = JSON.stringify(reading);
            assert.ok(Number.isFinite(reading.at), `the instant is no number: ${shown}`);
            assert.ok(reading.value === null || Number.isFinite(reading.value), `the value is no number: ${shown}`);
            assert.equal(typeof reading.raw, 'string', `the raw text is missing: ${shown}`);
            assert.equal(typeof reading.device, 'string', `the device is missing: ${shown}`);
            assert.equal(typeof reading.variable, 'string', `the variable is missing: ${shown}`);
          }
        }
      }),
  },
  {
    id: 'P-07',
    title: 'a value that is missing is never read as zero',
    why: 'A zero is a measurement: it closes the well in the books of the regulator.',
    run: (subject) =>
      decoding(subject, async (records, { instance, remote }, context) => {
        const zeros = (record: RawRecord) =>
          readingsOf(instance, record, context).filter(({ value }) => value === 0).length;
        for (const record of records) {
          const before = zeros(record);
          for (const body of withScalarsReplaced(record.body, absent)) {
            const after = zeros({ ...record, body });
            assert.ok(after <= before, `an absent value became 0 in ${Buffer.from(body).toString().slice(0, 200)}`);
          }
        }
        const noValue = subject.options.answers?.noValue;
        if (noValue === undefined || remote.server === undefined || instance.pull === undefined) return;
        program(remote.server, subject.login, noValue);
        for (const record of stored(await pulled(subject, instance))) {
          for (const { value, variable, raw } of readingsOf(instance, record, context)) {
            assert.equal(value, null, `${variable} has a value although the device sent none (${raw})`);
          }
        }
      }),
  },
  {
    id: 'P-08',
    title: 'a page of HTML or broken JSON is refused, not read as empty',
    why: 'Proxies and log-in pages answer 200; read as "no data", a device dies in silence.',
    run: (subject) =>
      withInstance(subject, async ({ instance, remote }) => {
        if (subject.definition.capabilities.pull === undefined) skip('the capabilities have no pull');
        const server = remote.server ?? skip('the plugin does not speak HTTP');
        for (const [name, reply] of [
          ['HTML', replies.html()],
          ['broken JSON', replies.badJson()],
        ] as const) {
          program(server, subject.login, reply);
          const fate = await attempt(async () => {
            const records = stored(await pulled(subject, instance));
            for (const record of records) instance.decode(record, contextOf(subject));
            return records.length;
          });
          if (fate.is === 'fulfilled') assert.fail(`${name} was taken for ${fate.value === 0 ? 'no data' : 'data'}`);
          assert.ok(isCaudalError(fate.error), `${name} made the plugin throw ${String(fate.error)}`);
          assert.notEqual(fate.error.kind, 'bug', `${name} is a bug of the plugin`);
        }
      }),
  },
  {
    id: 'P-09',
    title: 'decode ends in its time, whatever the size and shape of the bytes',
    why: 'One body that is never read to its end stops the queue of every device behind it.',
    run: (subject) =>
      withInstance(subject, async (session) => {
        const records = await recordsOf(subject, session);
        const body = endlessBody(subject, records, session.instance);
        if (body === undefined) return;
        const shown = JSON.stringify(Buffer.from(body).toString('latin1').slice(0, 80));
        assert.fail(`decode of ${body.length} bytes does not end: ${shown}`);
      }),
  },
  {
    id: 'P-19',
    title: 'a record that needs another is read with it, and nothing is made up without it',
    why: 'Short messages are worth nothing without the one that names their fields, and that one may be lost.',
    run: (subject) =>
      withInstance(subject, async (session) => {
        const records = await recordsOf(subject, session);
        const { instance } = session;
        if (endlessBody(subject, records, instance) !== undefined) skip(endless);
        const needy = records.filter(({ envelope }) => envelope.needs !== undefined);
        if (needy.length === 0) skip('no record needs another');
        const context = contextOf(subject);
        for (const record of needy) {
          const needed = neededBy(record, records);
          const { needs } = record.envelope;
          assert.ok(needed !== undefined, `${record.id} needs "${needs}", and no record before it has that key`);
          assert.ok(
            instance.decode(record, { ...context, needed }).readings.length > 0,
            `${record.id} gives no reading with "${needs}"`,
          );
          const fate = await attempt(() => instance.decode(record, context));
          if (fate.is === 'fulfilled') {
            assert.ok(fate.value.readings.length === 0, `${record.id} gives readings without "${needs}"`);
            assert.ok(fate.value.problems.length > 0, `${record.id} says nothing of the missing "${needs}"`);
          } else {
            const error = asCaudalError(`decode of ${record.id} without "${needs}"`, fate.error);
            assert.equal(error.kind, 'invalid-data', `decode of ${record.id} without "${needs}"`);
          }
        }
      }),
  },
  {
    id: 'P-28',
    title: 'what people hand in is decoded, for every media type that is declared',
    why: 'Typed readings and uploaded files fill the gaps that no radio closes.',
    run: (subject) =>
      withInstance(subject, ({ instance }) => {
        const { manual } = subject.definition.capabilities;
        if (manual === undefined) skip('the capabilities have no manual');
        const { mediaTypes } = manual as NonNullable<typeof manual>;
        assert.ok(mediaTypes.length > 0, 'manual names no media type');
        const samples = subject.options.manual ?? skip('the options say nothing manual');
        const missing = mediaTypes.filter((type) => !samples.some(({ mediaType }) => mediaType === type));
        assert.deepEqual(missing, [], 'media types without a sample');
        for (const { mediaType, body } of samples) {
          const envelope = { channel: 'manual', device: subject.options.device.id, contentType: mediaType } as const;
          const record = { id: `manual ${mediaType}`, receivedAt, body, envelope };
          const { readings } = withinBudget(() => instance.decode(record, contextOf(subject)));
          assert.ok(readings.length > 0, `${mediaType} gives no reading`);
        }
      }),
  },
];
