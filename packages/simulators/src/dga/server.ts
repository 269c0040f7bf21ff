import type { ServerResponse } from 'node:http';
import { CaudalError, type Clock } from '@caudal/core';
import { isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { rateLimited, reply, tellsStored } from './answers.ts';
import { type GetBehaviour, isGetBehaviour, isPostBehaviour, type PostBehaviour } from './behaviours.ts';
import { createIntake, type DgaWork } from './intake.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { type Measurement, readMeasurement } from './measurement.ts';
import { type BlockRule, createPerimeter } from './perimeter.ts';
import { createRedaction } from './redaction.ts';
import { isBacklog, judge } from './rules.ts';
import { variantAt } from './variants.ts';

export interface DgaInformant {
  readonly rut: string;
  readonly password: string;
}

export interface DgaOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** RUTs of registered Centros de Control. */
  readonly centres: readonly string[];
  readonly informants: readonly DgaInformant[];
  readonly works: readonly DgaWork[];
  /** The manual says that a bad format may be refused or stored wrongly. `store` stores what can be read. Default `reject`. */
  readonly badFormat?: 'reject' | 'store';
  /** Among which sends the five minutes are counted. Default `work`. */
  readonly backlogScope?: 'work' | 'informant' | 'centre';
  /** Allowance on the five minutes, for the difference between sending and arriving. Default 1000 ms. */
  readonly toleranceMs?: number;
  /** Blocks a Centro de Control that resends received measurements. Default never. */
  readonly block?: BlockRule;
  /** HTTP status for an unknown receipt; its real form is not documented. Default 400. */
  readonly unknownReceiptStatus?: number;
  /** Keeps the ledger in this file, so that a new simulator goes on where this one ended. */
  readonly file?: string;
  /** Decides the receipts. Default 1. */
  readonly seed?: number;
  /** How many requests the ledger remembers. Default 100 000. */
  readonly keepRequests?: number;
}

/** Changes for the POSTs and the receipt queries to come. A target is the code of a work. */
export interface DgaBehaviour {
  readonly post?: PlanChange<PostBehaviour>;
  readonly get?: PlanChange<GetBehaviour>;
  /** The `Date` of its answers is so far ahead of the clock; below zero behind. */
  readonly clockAheadMs?: number;
}

export interface DgaSimulator {
  /** Base of the API, ending in `/api/v1`. */
  readonly url: string;
  /** Where `GET /__ledger` and `POST /__behave` answer. */
  readonly controlUrl: string;
  readonly ledger: Ledger;
  /** @throws RangeError for an unknown behaviour */
  behave(change: DgaBehaviour): void;
  /** Registers a work, or replaces its registration. */
  register(work: DgaWork): void;
  /** Adds an informant, or changes the password. */
  enrol(informant: DgaInformant): void;
  /** Ends the perimeter block of a Centro de Control, as a support ticket would. */
  unblock(centre: string): void;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const base = '/api/v1';

/**
 * The DGA's measurement API (Manual Técnico 1/2025) with its observed and its assumed failures, and a ledger of what it holds
 * and which sending rules were broken. It refuses what is not in the written format; the other rules it only writes down, as
 * the real one is seen to accept what breaks them.
 *
 * @throws CaudalError `config` when a work names an informant who is not enrolled
 */
export const startDga = async (options: DgaOptions): Promise<DgaSimulator> => {
  const { clock, file } = options;
  const ledger = openLedger({
    keepRequests: options.keepRequests ?? 100_000,
    ...(file === undefined ? {} : { file }),
  });
  const works = new Map(options.works.map((work) => [work.code, work]));
  const passwords = new Map(options.informants.map(({ rut, password }) => [rut, password]));
  for (const { code, informant } of options.works)
    if (!passwords.has(informant))
      throw new CaudalError('config', `Work ${code} names an informant who is not enrolled`, { sent: 'no' });
  const redaction = createRedaction(passwords);
  const posts = createPlan<PostBehaviour>(isPostBehaviour);
  const gets = createPlan<GetBehaviour>(isGetBehaviour);
  const offences = new Map<string, number>();
  const perimeter = createPerimeter(
    clock,
    options.block,
    (centre) => ledger.resends(centre) + (offences.get(centre) ?? 0),
  );
  const intake = createIntake({
    clock,
    ledger,
    works,
    passwords,
    centres: new Set(options.centres),
    badFormat: options.badFormat ?? 'reject',
    unknownReceiptStatus: options.unknownReceiptStatus ?? 400,
    seed: options.seed ?? 1,
  });

  const scopeOf = ({ work, informant, centre }: Measurement) =>
    ({ work, informant, centre })[options.backlogScope ?? 'work'];

  const note = (request: Received, behaviour: string, measurement?: Measurement): number => {
    const number = ledger.nextRequest();
    const scope = measurement === undefined ? undefined : scopeOf(measurement);
    const backlog = scope !== undefined && isBacklog(measurement?.measuredAt, clock.now());
    ledger.apply({
      type: 'request',
      request: {
        number,
        at: clock.now(),
        method: request.method,
        path: redaction.text(request.query.size === 0 ? request.path : `${request.path}?${request.query.toString()}`),
        headers: redaction.fields(request.headers),
        body: redaction.body(request.body),
        behaviour,
        work: measurement?.work ?? request.query.get('codigoObra') ?? undefined,
        date: measurement?.date,
        time: measurement?.time,
        values: measurement?.values ?? {},
      },
      ...(backlog ? { backlogScope: scope } : {}),
    });
    return number;
  };

  const noteJudged = (request: Received, measurement: Measurement, behaviour: string): number => {
    const { work, date, time } = measurement;
    const keyed = work !== undefined && date !== undefined && time !== undefined;
    const findings = judge({
      now: clock.now(),
      measurement,
      stored: keyed ? ledger.record(work, date, time) : undefined,
      lastTry: keyed ? ledger.lastTry(work, date, time) : undefined,
      lastBacklog: ledger.lastBacklog(scopeOf(measurement) ?? ''),
      toleranceMs: options.toleranceMs ?? 1000,
    });
    const number = note(request, behaviour, measurement);
    const { centre } = measurement;
    const counted = findings.filter(({ kind }) => options.block?.also?.includes(kind) === true).length;
    if (centre !== undefined) offences.set(centre, (offences.get(centre) ?? 0) + counted);
    for (const { kind, detail, earlier } of findings)
      ledger.apply({
        type: 'violation',
        violation: { kind, at: clock.now(), request: number, work, date, time, detail, earlier },
      });
    return number;
  };

  const answer = async (response: ServerResponse, number: number, behaviour: string, process: () => Answer) => {
    let made: Answer | undefined;
    const processed = () => {
      made = process();
      return made;
    };
    response.once('finish', () => {
      const tells = made !== undefined && tellsStored(made);
      const { statusCode: status } = response;
      ledger.apply({ type: 'answered', request: number, at: clock.now(), status, body: made?.body ?? '', tells });
    });
    if (isFault(behaviour)) await play(behaviour, { clock, response, process: processed, rateLimited });
    else write(response, processed());
  };

  let ahead = 0;
  const behave = ({ post, get, clockAheadMs = ahead }: DgaBehaviour) => {
    ahead = clockAheadMs;
    if (post !== undefined) posts.change(post);
    if (get !== undefined) gets.change(get);
  };

  const control = (request: Received): Answer => {
    if (request.path === '/__ledger') {
      const { records, violations, requests } = ledger;
      return json(200, { records, violations, ...(request.query.has('requests') ? { requests } : {}) });
    }
    try {
      behave(JSON.parse(request.body) as DgaBehaviour);
      return json(200, { left: { post: posts.left, get: gets.left } });
    } catch (cause) {
      return json(400, { error: cause instanceof Error ? cause.message : 'not a behaviour' });
    }
  };

  const serve = async (request: Received, response: ServerResponse) => {
    response.setHeader('date', new Date(clock.now() + ahead).toUTCString());
    if (request.path === '/__ledger' || request.path === '/__behave') {
      write(response, control(request));
      return;
    }
    const variant = request.path.startsWith(`${base}/`) ? variantAt(request.path.slice(base.length)) : undefined;
    const target = request.headers['codigoobra'] ?? request.query.get('codigoObra') ?? undefined;
    if (variant === undefined) {
      await answer(response, note(request, 'normal'), 'normal', () => reply(404, '404', 'No encontrado'));
    } else if (request.method === 'GET') {
      const behaviour = gets.take(clock.now(), target) ?? 'normal';
      await answer(response, note(request, behaviour), behaviour, () => intake.query(request, variant, behaviour));
    } else if (request.method === 'POST') {
      const read = readMeasurement(request, variant, clock.now(), (code) => works.get(code)?.mayLeaveEmpty === true);
      const measurement = { ...read, values: redaction.fields(read.values) };
      const behaviour = perimeter.blocked(measurement.centre) ?? posts.take(clock.now(), measurement.work) ?? 'normal';
      const number = noteJudged(request, measurement, behaviour);
      perimeter.watch(measurement.centre);
      await answer(response, number, behaviour, () => intake.post(measurement, behaviour, number));
    } else {
      await answer(response, note(request, 'normal'), 'normal', () => reply(405, '405', 'Método no permitido'));
    }
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: `${server.url}${base}`,
    controlUrl: server.url,
    ledger,
    behave,
    register: (work) => {
      works.set(work.code, work);
    },
    enrol: ({ rut, password }) => {
      passwords.set(rut, password);
    },
    unblock: (centre) => perimeter.unblock(centre),
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
