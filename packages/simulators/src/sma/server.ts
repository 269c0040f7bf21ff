import type { ServerResponse } from 'node:http';
import { CaudalError, type Clock } from '@caudal/core';
import { isFault, play } from '../faults.ts';
import { type Answer, json, type Received, startLoopback, write } from '../loopback.ts';
import { createPlan, type PlanChange } from '../plan.ts';
import { type AuthBehaviour, isAuthBehaviour, isRegistrosBehaviour, type RegistrosBehaviour } from './behaviours.ts';
import { createSmaLedger, type SmaLedger, type SmaViolationKind } from './ledger.ts';
import { type ReadRecords, readRecords } from './records.ts';
import { codeOf, type SmaProcess } from './registration.ts';
import { createSessions } from './sessions.ts';

export interface SmaOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  readonly titulares: readonly { readonly usuario: string; readonly password: string }[];
  readonly processes: readonly SmaProcess[];
  /** How the login's answer carries the token: `{"token"}` (seen), a JSON string, or bare. Default `object`. */
  readonly tokenForm?: 'object' | 'string' | 'bare';
  /** Default 24. */
  readonly tokenHours?: number;
  /** Wrong passwords in a row after which a user is locked (403). Default 5; 0 never. Whether the real one locks is not known. */
  readonly lockAfter?: number;
  /** A wrong password that comes again sooner is a violation. Default ten minutes. */
  readonly refusalPauseMs?: number;
  /** The manual names both. Default 200. */
  readonly successStatus?: 200 | 201;
  /** Default `number`; the real form is not published. */
  readonly idVerificacion?: 'number' | 'string';
  /** What an instant that is there already does: stored again, refused with 400, or answered as before. Default `store`: not known. */
  readonly duplicates?: 'store' | 'refuse' | 'same';
  /** Default `string`, as seen. */
  readonly valor?: 'string' | 'number';
  /** Default `string`, as seen. */
  readonly dispositivoId?: 'string' | 'integer';
  /** Keys that every parameter has to have beside its four. Default none. */
  readonly extraKeys?: readonly string[];
  /** Default 1, as seen. */
  readonly instantsPerRequest?: number;
  /** Decides tokens. Default 1. */
  readonly seed?: number;
  /** How many requests the ledger remembers. Default 100 000. */
  readonly keepRequests?: number;
}

/** Changes for the logins and the measurements to come. A target is a user, or `UfId/ProcesoId`. */
export interface SmaBehaviour {
  readonly auth?: PlanChange<AuthBehaviour>;
  readonly registros?: PlanChange<RegistrosBehaviour>;
}

export interface SmaSimulator {
  /** Base of the API, without `/api/v1`. */
  readonly url: string;
  readonly ledger: SmaLedger;
  /** @throws RangeError for an unknown behaviour */
  behave(change: SmaBehaviour): void;
  /** Registers a process, or replaces its registration. */
  register(process: SmaProcess): void;
  /** Adds a titular, or changes the password. */
  enrol(titular: { readonly usuario: string; readonly password: string }): void;
  /** Every token that was given is void from now on. */
  expireTokens(): void;
  unlock(usuario: string): void;
  /** Refuses connections, keeping everything. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const registrosAt = /^\/api\/v1\/ufs\/(\d+)\/procesos\/(\d+)\/registros$/;

const refused = (status: number, mensaje: string): Answer => json(status, { mensaje });

const bearer = (request: Received) => /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1];

/** Firsts of the numbers that it gives. */
const firstId = 9_000_001;

/**
 * The SMA's API REST (Res. Ex. 254 of 2020): login, and measurements of a process with its exact set of parameters an instant. What
 * the manual's lost examples said is switchable; what it says in words is kept strictly.
 *
 * @throws CaudalError `config` when a process names a titular who is not enrolled
 */
export const startSma = async (options: SmaOptions): Promise<SmaSimulator> => {
  const { clock } = options;
  const ledger = createSmaLedger(options.keepRequests ?? 100_000);
  const processes = new Map(options.processes.map((process) => [codeOf(process), process]));
  const passwords = new Map(options.titulares.map(({ usuario, password }) => [usuario, password]));
  for (const process of options.processes)
    if (!passwords.has(process.titular))
      throw new CaudalError('config', `Process ${codeOf(process)} names a titular who is not enrolled`, { sent: 'no' });
  const sessions = createSessions({
    clock,
    passwords,
    tokenMs: (options.tokenHours ?? 24) * 3_600_000,
    lockAfter: options.lockAfter ?? 5,
    refusalPauseMs: options.refusalPauseMs ?? 600_000,
    seed: options.seed ?? 1,
  });
  const auths = createPlan<AuthBehaviour>(isAuthBehaviour);
  const posts = createPlan<RegistrosBehaviour>(isRegistrosBehaviour);
  const form = {
    valor: options.valor ?? 'string',
    dispositivoId: options.dispositivoId ?? 'string',
    extraKeys: options.extraKeys ?? [],
    instantsPerRequest: options.instantsPerRequest ?? 1,
  };
  let nextId = firstId;

  const accuse = (kind: SmaViolationKind, request: number, process: string | undefined, detail: string) =>
    ledger.violation({ kind, at: clock.now(), request, process, detail });

  const tokenAnswer = (token: string): Answer => {
    const bodies = { object: JSON.stringify({ token }), string: JSON.stringify(token), bare: token };
    const type = options.tokenForm === 'bare' ? 'text/plain' : 'application/json';
    return { status: 200, headers: { 'content-type': type }, body: bodies[options.tokenForm ?? 'object'] };
  };

  const credentialsIn = (body: string): { usuario: string; password: string } | undefined => {
    try {
      const given = JSON.parse(body) as Record<string, unknown>;
      const { usuario, password } = given;
      const keys = Object.keys(given).toSorted().join();
      return keys === 'password,usuario' && typeof usuario === 'string' && typeof password === 'string'
        ? { usuario, password }
        : undefined;
    } catch {
      return undefined;
    }
  };

  const login = (request: Received, number: number, behaviour: AuthBehaviour): Answer => {
    const given = credentialsIn(request.body);
    if (given === undefined) {
      accuse('format', number, undefined, 'a login is {"usuario","password"}');
      return refused(400, 'Se espera usuario y password');
    }
    const result = sessions.login(given.usuario, given.password);
    ledger.login('token' in result);
    if (result.fault !== undefined) accuse(result.fault, number, undefined, given.usuario);
    if ('status' in result)
      return refused(result.status, result.status === 401 ? 'Credenciales incorrectas' : 'Cuenta bloqueada');
    if (behaviour === 'void') sessions.expire(given.usuario);
    return tokenAnswer(result.token);
  };

  /** What the rules say of a request that was let in, before anything is stored. */
  const judge = (code: string, number: number, read: ReadRecords) => {
    for (const problem of read.problems) accuse('format', number, code, problem);
    for (const problem of read.setProblems) accuse('set', number, code, problem);
    for (const { text, at } of read.stamps) {
      if (at === undefined) continue;
      if (at % 60_000 !== 0) accuse('stamp', number, code, `${text} is no whole minute`);
      if (at > clock.now()) accuse('stamp', number, code, `${text} is ${at - clock.now()} ms ahead of the clock`);
      if (ledger.copies(code, text).some(({ told }) => told)) accuse('resend-of-received', number, code, text);
    }
  };

  const accept = (code: string, number: number, read: ReadRecords, behaviour: RegistrosBehaviour): Answer => {
    const [problem] = [...read.problems, ...read.setProblems];
    if (problem !== undefined) return refused(400, `Parámetros incorrectos: ${problem}`);
    const present = read.stamps.flatMap(({ text }) => ledger.copies(code, text));
    const duplicates = options.duplicates ?? 'store';
    if (present.length > 0 && duplicates === 'refuse')
      return refused(400, 'Ya existen datos para esa estampa de tiempo');
    const id = present.length > 0 && duplicates === 'same' ? (present[0]?.id ?? '') : String(nextId++);
    if (present.length === 0 || duplicates === 'store')
      for (const { text, at } of read.stamps)
        ledger.store({
          process: code,
          stamp: text,
          at: at ?? 0,
          values: read.values.filter(({ estampaTiempo }) => estampaTiempo === text),
          id,
          acceptedAt: clock.now(),
          request: number,
        });
    return json(options.successStatus ?? 200, {
      mensaje: 'Registros almacenados correctamente',
      ...(behaviour === 'no-id' ? {} : { IdVerificacion: options.idVerificacion === 'string' ? id : Number(id) }),
    });
  };

  const registros = (
    request: Received,
    code: string,
    number: number,
    read: ReadRecords,
    behaviour: RegistrosBehaviour,
  ) => {
    if (behaviour === 'expire') sessions.expireAll();
    const user = sessions.userOf(bearer(request));
    if (user === undefined) return refused(401, 'Token inválido o expirado');
    const process = processes.get(code);
    if (behaviour === 'forbidden' || process === undefined || process.titular !== user)
      return refused(403, 'No autorizado para este proceso');
    judge(code, number, read);
    return accept(code, number, read, behaviour);
  };

  /** @param kept whether the body of the answer is kept: that of a login holds a token */
  const answer = async (
    response: ServerResponse,
    number: number,
    behaviour: string,
    process: () => Answer,
    kept = true,
  ) => {
    let made: Answer | undefined;
    const processed = () => {
      made = process();
      return made;
    };
    response.once('finish', () =>
      ledger.answered(number, clock.now(), response.statusCode, kept ? (made?.body ?? '') : ''),
    );
    const rateLimited = () => refused(429, 'Demasiadas solicitudes');
    if (isFault(behaviour)) await play(behaviour, { clock, response, process: processed, rateLimited });
    else write(response, processed());
  };

  const note = (
    request: Received,
    behaviour: string,
    more: { process?: string; stamps?: string[]; body?: string } = {},
  ) =>
    ledger.request({
      at: clock.now(),
      method: request.method,
      path: request.path,
      behaviour,
      process: more.process,
      stamps: more.stamps ?? [],
      body: more.body ?? '',
    });

  const serve = async (request: Received, response: ServerResponse) => {
    response.setHeader('date', new Date(clock.now()).toUTCString());
    const found = registrosAt.exec(request.path);
    if (request.path === '/api/v1/auth' && request.method === 'POST') {
      const behaviour = auths.take(clock.now(), credentialsIn(request.body)?.usuario) ?? 'normal';
      const number = note(request, behaviour);
      await answer(response, number, behaviour, () => login(request, number, behaviour), false);
    } else if (found !== null && request.method === 'POST') {
      const code = `${found[1]}/${found[2]}`;
      const behaviour = posts.take(clock.now(), code) ?? 'normal';
      const read = readRecords(request.body, request.headers['content-type'], processes.get(code), form);
      const stamps = read.stamps.map(({ text }) => text);
      const number = note(request, behaviour, { process: code, stamps, body: request.body });
      await answer(response, number, behaviour, () => registros(request, code, number, read, behaviour));
    } else {
      await answer(response, note(request, 'normal'), 'normal', () => refused(404, 'No encontrado'));
    }
  };

  const server = await startLoopback(serve, options.port);
  return {
    url: server.url,
    ledger,
    behave({ auth, registros: change }) {
      if (auth !== undefined) auths.change(auth);
      if (change !== undefined) posts.change(change);
    },
    register: (process) => {
      processes.set(codeOf(process), process);
    },
    enrol: ({ usuario, password }) => {
      passwords.set(usuario, password);
    },
    expireTokens: () => sessions.expireAll(),
    unlock: (usuario) => sessions.unlock(usuario),
    down: () => server.down(),
    up: () => server.up(),
    close: () => server.close(),
  };
};
