import {
  CHILE_REGULATOR_OFFSET_MINUTES,
  type Host,
  isCaudalError,
  parseInstant,
  type RawRequest,
  type RawResponse,
  type ServeCall,
  sameText,
} from '@caudal/core';
import type { HistoryConfig, SmaConfig } from './config.ts';
import { historyShapes } from './history-shapes.ts';
import { isValidToken, issueToken } from './jwt.ts';
import { deviceId, parametersOf, writeJson } from './parameters.ts';
import { type Member, processOf, type Work } from './work.ts';

type Call = ServeCall<Work, Member>;
type Serve = (request: RawRequest, call: Call) => Promise<RawResponse>;

const day = 86_400_000;

/** Longest login that is read. */
const maxBodyBytes = 4_096;

/** An id, or a date, is no longer than this. */
const maxSegment = 100;

const answer = (status: number, body: unknown): RawResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: writeJson(body),
});

const refusal = (status: number, mensaje: string): RawResponse => answer(status, { mensaje });

/** Matches the end of a path: a host may serve this below a path of its own. */
const endOf = (template: string): RegExp => {
  const escaped = template
    .split(/(\{\w+\})/)
    .map((part) =>
      /^\{\w+\}$/.test(part) ? `(?<${part.slice(1, -1)}>[^/]+)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`${escaped}/?$`);
};

const decoded = (text: string | undefined): string | undefined => {
  if (text === undefined || text.length > maxSegment) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The day of the SMA (GMT-4 all year) with this date. */
const dayOf = (fecha: string | undefined): { readonly from: number; readonly to: number } | undefined => {
  if (fecha === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(fecha)) return undefined;
  const midnight = parseInstant(`${fecha}T00:00:00Z`);
  if (midnight === undefined) return undefined;
  const from = midnight - CHILE_REGULATOR_OFFSET_MINUTES * 60_000;
  return { from, to: from + day };
};

const credentialsIn = (body: Uint8Array): { readonly usuario: string; readonly password: string } | undefined => {
  if (body.byteLength > maxBodyBytes) return undefined;
  try {
    const { usuario, password } = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>;
    return typeof usuario === 'string' && typeof password === 'string' ? { usuario, password } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The interface with its own history that every titular has to offer (SMA Res. Ex. 252 and 254 of 2020): a login by `POST` whose token
 * is valid 24 hours and has no refresh, and a `GET` with device and date in the path that answers all data of that day. Statuses are
 * those of the SMA's own interface: 200, 400, 401, 403, 500; 404 and 405 only for what is no part of it.
 */
export const createHistory = (history: HistoryConfig, config: SmaConfig, host: Host): Serve => {
  const authPath = endOf(history.authPath);
  const registrosPath = endOf(history.registrosPath);
  const toEntry = historyShapes[history.shape];

  const secretOf = async (reference: HistoryConfig['password']): Promise<string> => {
    const secret = await host.secret(reference);
    host.redact.add(secret);
    if (secret === '') throw new Error('a secret of the history interface is empty');
    return secret;
  };

  const login = async (request: RawRequest): Promise<RawResponse> => {
    const given = credentialsIn(request.body);
    if (given === undefined) return refusal(400, 'Se espera {"usuario","password"}');
    const password = await secretOf(history.password);
    // Both are compared always, so that the time of an answer does not tell which one is wrong.
    const right = [sameText(given.usuario, history.usuario), sameText(given.password, password)];
    if (right.includes(false)) return refusal(401, 'Usuario o contraseña incorrectos');
    const key = await secretOf(history.signingKey);
    const token = issueToken(history.usuario, key, host.clock.now(), history.tokenHours * 3_600_000);
    host.redact.add(token);
    return answer(200, { token });
  };

  const entriesOf = async (
    id: string,
    window: { from: number; to: number },
    call: Call,
  ): Promise<object[] | undefined> => {
    const entries: object[] = [];
    let known = false;
    for (const { code, members } of call.works) {
      const own = Object.entries(members).filter(([, { dispositivoId }]) => dispositivoId === id);
      if (own.length === 0) continue;
      known = true;
      for (const submission of await call.history(code, window)) {
        const { slot } = submission;
        if (slot < window.from || slot >= window.to) continue;
        const parameters = parametersOf(own, submission, config).filter(({ valor }) => valor !== null);
        if (parameters.length === 0) continue;
        if (entries.length >= history.maxSlots)
          throw new Error(`a day of device ${id} has more than ${history.maxSlots} slots`);
        entries.push(toEntry({ ...processOf(code), dispositivoId: deviceId(id, config), parameters, slot }));
      }
    }
    return known ? entries : undefined;
  };

  const registros = async (request: RawRequest, found: RegExpExecArray, call: Call): Promise<RawResponse> => {
    const token = /^Bearer +(\S{1,4096})$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const key = await secretOf(history.signingKey);
    if (token === undefined || !isValidToken(token, history.usuario, key, host.clock.now()))
      return refusal(401, 'Token ausente, inválido o vencido');
    const id = decoded(found.groups?.['dispositivoId']);
    const window = dayOf(decoded(found.groups?.['fecha']));
    if (id === undefined || window === undefined)
      return refusal(400, 'Se espera un dispositivo y una fecha YYYY-MM-DD');
    const entries = await entriesOf(id, window, call);
    return entries === undefined ? refusal(403, 'El dispositivo no es de este titular') : answer(200, entries);
  };

  return async (request, call) => {
    try {
      if (authPath.test(request.path))
        return request.method === 'POST' ? await login(request) : refusal(405, 'Método no permitido');
      const found = registrosPath.exec(request.path);
      if (found === null) return refusal(404, 'No encontrado');
      return request.method === 'GET' ? await registros(request, found, call) : refusal(405, 'Método no permitido');
    } catch (thrown) {
      const why = isCaudalError(thrown) || thrown instanceof Error ? thrown.message : String(thrown);
      host.log.error({ path: request.path }, `the history interface failed: ${host.redact.text(why)}`);
      return refusal(500, 'Error interno');
    }
  };
};
