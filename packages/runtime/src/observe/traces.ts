import { hash } from 'node:crypto';
import { CaudalError, type Clock } from '@caudal/core';
import type { Attributes, Link, SpanKind } from '@opentelemetry/api';
import type { AttemptKind, NewRaw, RawMark, RawRow, SubmissionRow, ValueRow } from '../store/rows.ts';
import type { AttemptEnd } from '../store/store.ts';

/** Readings of one raw record are one trace. More records than this behind one submission are not followed. */
const followedAtMost = 10;

/**
 * Where the trace of a raw record is found: both ids are made of the record's id, so that every process, and every later run, writes to the same trace
 * and nothing of it has to be kept. The span that it names is the parent of all others and is itself never sent.
 */
export const traceOf = (raw: string): { readonly traceId: string; readonly spanId: string } => {
  const digest = hash('sha256', `caudal raw ${raw}`, 'hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
};

/** Spans of what was done, told when it is on disk: one trace leads from the vendor's answer to the receipt. */
export interface Traces {
  /** @param askedAt when the vendor was asked, or the push arrived */
  collected(rows: readonly NewRaw[], stored: readonly string[], askedAt: number): void;
  /** @param from when their preparation began */
  processed(raws: readonly RawRow[], marks: readonly RawMark[], values: readonly ValueRow[], from: number): void;
  /** The value of a slot was chosen. */
  taken(submission: SubmissionRow, sources: SubmissionRow['sources'], state: SubmissionRow['state']): void;
  attempted(
    submission: SubmissionRow,
    attempt: { readonly id: string; readonly kind: AttemptKind; readonly startedAt: number },
    settled: {
      readonly target: string;
      readonly outcome: string;
      readonly state: string;
      readonly receipt: string | null;
    },
  ): void;
}

const attemptNames: Readonly<Record<AttemptKind, string>> = {
  submit: 'caudal.attempt',
  confirm: 'caudal.receipt',
  find: 'caudal.lookup',
};

/** Outcomes of attempts that somebody looks for. */
const troubles: ReadonlySet<string> = new Set<AttemptEnd['outcome']>(['rejected', 'unknown', 'not-sent', 'conflict']);

/** The API alone is loaded, and at first use: without tracing nothing of it is there. */
const loadApi = async () => {
  try {
    return await import('@opentelemetry/api');
  } catch (cause) {
    throw new CaudalError('config', 'traces: true wants the package @opentelemetry/api, which is not installed', {
      sent: 'no',
      cause,
    });
  }
};

interface Span {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly from: number;
  readonly attributes: Attributes;
  readonly links?: readonly Link[];
  /** Why it did not go well. */
  readonly trouble?: string | undefined;
}

/**
 * Traces over the API of OpenTelemetry. What the process does with spans (sampling, sending) is said by the provider that the process registers; without
 * one they go nowhere.
 *
 * @throws CaudalError kind `config` when the API is not installed
 */
export const openTraces = async (clock: Clock): Promise<Traces> => {
  const { ROOT_CONTEXT, SpanKind: kinds, SpanStatusCode, trace, TraceFlags } = await loadApi();
  const tracer = trace.getTracer('@caudal/runtime');

  const contextOf = (raw: string) => ({ ...traceOf(raw), traceFlags: TraceFlags.SAMPLED, isRemote: true });
  const write = (raw: string, { name, kind = kinds.INTERNAL, from, attributes, links = [], trouble }: Span) => {
    const span = tracer.startSpan(
      name,
      { kind, startTime: from, attributes: { 'caudal.raw': raw, ...attributes }, links: [...links] },
      trace.setSpanContext(ROOT_CONTEXT, contextOf(raw)),
    );
    if (trouble !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: trouble });
    span.end(Math.max(from, clock.now()));
  };
  /** Once in the trace of each record behind a submission, linked to the others. */
  const writeBehind = (sources: SubmissionRow['sources'], span: Span) => {
    const raws = [...new Set(sources.map(({ raw }) => raw))].slice(0, followedAtMost);
    for (const raw of raws)
      write(raw, {
        ...span,
        links: raws.filter((other) => other !== raw).map((other) => ({ context: contextOf(other) })),
      });
  };
  const slotOf = ({ id, obligation, work, slot }: SubmissionRow): Attributes => ({
    'caudal.submission': id,
    'caudal.obligation': obligation,
    'caudal.work': work,
    'caudal.slot': new Date(slot).toISOString(),
  });

  return {
    collected(rows, stored, askedAt) {
      const there = new Set(stored);
      for (const { id, instance, lane, receivedAt, body } of rows) {
        if (!there.has(id)) continue;
        const attributes = { 'caudal.instance': instance, 'caudal.lane': lane, 'caudal.bytes': body.length };
        write(id, { name: 'caudal.collect', kind: kinds.CLIENT, from: askedAt, attributes });
        write(id, { name: 'caudal.raw', from: receivedAt, attributes });
      }
    },
    processed(raws, marks, values, from) {
      const bySource = Map.groupBy(values, ({ raw }) => raw);
      raws.forEach(({ id, instance }, index) => {
        const { status, readings, reason } = marks[index] as RawMark;
        write(id, {
          name: 'caudal.process',
          from,
          attributes: { 'caudal.instance': instance, 'caudal.status': status, 'caudal.readings': readings },
          trouble: status === 'FAILED' ? (reason ?? status) : undefined,
        });
        for (const [series, own] of Map.groupBy(bySource.get(id) ?? [], (row) => row.series)) {
          const at = own.map((row) => row.at);
          write(id, {
            name: 'caudal.value',
            from: clock.now(),
            attributes: {
              'caudal.series': series,
              'caudal.values': own.length,
              'caudal.from': new Date(Math.min(...at)).toISOString(),
              'caudal.to': new Date(Math.max(...at)).toISOString(),
              'caudal.flags': [...new Set(own.map(({ flag }) => flag))].toSorted((a, b) => a - b),
            },
          });
        }
      });
    },
    taken(submission, sources, state) {
      writeBehind(sources, {
        name: 'caudal.slot',
        from: submission.slot,
        attributes: { ...slotOf(submission), 'caudal.state': state },
      });
    },
    attempted(submission, { id, kind, startedAt }, { target, outcome, state, receipt }) {
      writeBehind(submission.sources, {
        name: attemptNames[kind],
        kind: kinds.CLIENT,
        from: startedAt,
        attributes: {
          ...slotOf(submission),
          'caudal.attempt': id,
          'caudal.target': target,
          'caudal.outcome': outcome,
          'caudal.state': state,
          ...(receipt === null ? {} : { 'caudal.receipt': receipt }),
        },
        trouble: troubles.has(outcome) ? outcome : undefined,
      });
    },
  };
};
