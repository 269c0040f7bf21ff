import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { traceOf } from '../../src/observe/traces.ts';
import { hour, minute, openWorld, secrets, type TestWorld } from '../pipeline/world.ts';

let world: TestWorld;
let exporter: InMemorySpanExporter;

beforeEach(async () => {
  exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
afterEach(async () => {
  await world.close();
  trace.disable();
});

const traced = () => openWorld({ config: (config) => ({ ...config, traces: true }) });

const millis = ([seconds, nanos]: readonly [number, number]) => seconds * 1000 + Math.round(nanos / 1e6);

/** Spans of a raw record, by name. */
const spansOf = (raw: string) =>
  Map.groupBy(
    exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceOf(raw).traceId),
    ({ name }) => name,
  );

describe('traces', { timeout: 120_000 }, () => {
  test('one trace leads from the answer of the vendor to the receipt that was read back, over a restart', async () => {
    world = await traced();
    const first = await world.run();
    await world.clock.advance(hour);
    await first.stop();
    const second = await world.run();
    await world.clock.advance(2 * hour);

    const [done] = await second.query.submissions({ obligation: 'dga-well', states: ['confirmed'] });
    const found = await second.query.trace(done?.id ?? '');
    if (found?.kind !== 'submission') throw new Error('no submission was confirmed');
    const raws = [...new Set(found.values.map(({ raw }) => raw.id))];
    expect(raws.length).toBeGreaterThan(0);
    for (const raw of raws) {
      const spans = spansOf(raw);
      expect([...spans.keys()]).toEqual(
        expect.arrayContaining([
          'caudal.collect',
          'caudal.raw',
          'caudal.process',
          'caudal.value',
          'caudal.slot',
          'caudal.attempt',
          'caudal.receipt',
        ]),
      );
      const own = (name: string) =>
        (spans.get(name) ?? []).filter(({ attributes }) => attributes['caudal.submission'] === done?.id);
      expect(own('caudal.slot').map(({ attributes }) => attributes['caudal.state'])).toEqual(['due']);
      expect(own('caudal.attempt').map(({ attributes }) => attributes['caudal.receipt'])).toEqual([done?.receipt]);
      expect(own('caudal.attempt')[0]?.attributes).toMatchObject({
        'caudal.target': 'dga',
        'caudal.outcome': 'accepted',
      });
      // In the order of the way, each under the parent that the record's id names.
      const order = ['caudal.collect', 'caudal.raw', 'caudal.process', 'caudal.attempt'].map((name) =>
        millis(spans.get(name)?.[0]?.startTime ?? [0, 0]),
      );
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      for (const span of [...spans.values()].flat())
        expect(span.parentSpanContext).toMatchObject({ spanId: traceOf(raw).spanId, isRemote: true });
      // Its sisters behind the same slot are linked.
      expect(
        own('caudal.slot')[0]
          ?.links.map(({ context }) => context.traceId)
          .toSorted(),
      ).toEqual(
        raws
          .filter((other) => other !== raw)
          .map((other) => traceOf(other).traceId)
          .toSorted(),
      );
    }
    const series = new Set(
      raws.flatMap((raw) =>
        (spansOf(raw).get('caudal.value') ?? []).map(({ attributes }) => attributes['caudal.series']),
      ),
    );
    expect([...series].map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'well/flow',
      'well/level',
      'well/total',
    ]);
    const all = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
    );
    for (const secret of Object.values(secrets)) expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  test('without the option no span is written', async () => {
    world = await openWorld();
    const runtime = await world.run();
    await world.clock.advance(30 * minute);
    expect((await runtime.query.status()).counts.raw.COMPLETED).toBeGreaterThan(0);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('what can not be sent is a span that says so', async () => {
    world = await traced();
    const runtime = await world.run();
    world.regulator.behave({ post: { next: ['store-then-hang'] } });
    await world.clock.advance(2 * hour);
    await runtime.stop();
    const attempts = exporter.getFinishedSpans().filter(({ name }) => name === 'caudal.attempt');
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts[0]?.status).toMatchObject({ code: 2 });
  });

  test('ids are made of the record alone', () => {
    expect(traceOf('4b8f4d2e-0000-4000-8000-000000000001')).toEqual(traceOf('4b8f4d2e-0000-4000-8000-000000000001'));
    expect(traceOf('a').traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceOf('a').spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(traceOf('a').traceId).not.toBe(traceOf('b').traceId);
  });
});
