import {
  CaudalError,
  type ComplianceDefinition,
  type ComplianceInstance,
  configured,
  defineComplianceTarget,
  type Host,
  isCaudalError,
  type Plugin,
  type SecretReference,
} from '@caudal/core';
import { createHttp, type LoginAuth } from '@caudal/http';
import manifest from '../package.json' with { type: 'json' };
import { readAnswer } from './answer.ts';
import { registrosPath, renderRequest } from './artifact.ts';
import { configSchema, type SmaConfig, type SmaOptions } from './config.ts';
import { draftOutage } from './draft-outage.ts';
import { createHistory } from './history.ts';
import { outcomeOf } from './outcomes.ts';
import { profileFor } from './profile.ts';
import { validateReport, validateWork } from './validate-report.ts';
import { type Member, memberSchema, type Work, workSchema } from './work.ts';

const hour = 3_600_000;

const createInstance = (given: SmaConfig, host: Host): ComplianceInstance<Work, Member> => {
  const config: SmaConfig = { ...given, baseUrl: given.baseUrl.replace(/\/+$/, '') };
  const http = createHttp({ host, baseUrl: config.baseUrl, timeoutMs: config.timeoutMs });
  const server = new URL(config.baseUrl).host;

  /** Login, its keys and the day its token is valid: SMA Res. Ex. 254/2020 and production. There is no refresh. */
  const loginOf = ({ titular }: Work): LoginAuth => ({
    type: 'login',
    path: '/api/v1/auth',
    fields: { usuario: titular.usuario, password: { secret: titular.password } },
    token: ['/token', ''],
    lifetimeMs: 24 * hour,
    refusedForMs: config.loginPauseMinutes * 60_000,
  });

  /** A password that is not there concerns its titular's processes alone. */
  const requirePassword = async (reference: SecretReference): Promise<void> => {
    const missing = (message: string, cause?: unknown) =>
      new CaudalError('config', message, { sent: 'no', scope: 'credential', credential: reference, cause });
    let password: string;
    try {
      password = await host.secret(reference);
    } catch (thrown) {
      throw missing(isCaudalError(thrown) ? thrown.message : "the titular's password cannot be read", thrown);
    }
    if (password === '') throw missing("the titular's password is empty");
    host.redact.add(password);
  };

  /** A login that the SMA calls malformed (400) is refused like a wrong one (401, 403): by its credential, until a person acts. */
  const ofLogin = (thrown: unknown, { titular }: Work): unknown =>
    isCaudalError(thrown) && thrown.kind === 'rejected'
      ? new CaudalError('auth', `the login was refused: ${thrown.message}`, {
          sent: 'no',
          scope: 'credential',
          credential: titular.password,
          cause: thrown,
          ...(thrown.status === undefined ? {} : { status: thrown.status }),
        })
      : thrown;

  const { history } = config;

  return {
    validate: (report) => validateReport(report, config),

    render(report) {
      const wrong = validateReport(report, config);
      if (wrong.length > 0) {
        const list = wrong.map(({ path, message }) => `${path}: ${message}`).join('; ');
        throw new CaudalError('invalid-data', `the report cannot be sent: ${list}`, { sent: 'no', scope: 'item' });
      }
      return renderRequest(report, config);
    },

    async submit({ artifact, report, signal }) {
      const { code, settings } = report.work;
      const path = registrosPath(code);
      if (artifact.method !== 'POST' || artifact.url !== config.baseUrl + path) {
        throw new CaudalError(
          'config',
          `the artifact goes to ${artifact.url}, but ${code} is configured at ${config.baseUrl}${path}; no token leaves for another address`,
          { sent: 'no', scope: 'item' },
        );
      }
      await requirePassword(settings.titular.password);
      try {
        const response = await http.send({
          method: 'POST',
          path,
          auth: loginOf(settings),
          body: { content: artifact.body, mediaType: artifact.mediaType },
          signal,
        });
        const { read, answer } = readAnswer(response, host.redact);
        const outcome = outcomeOf(read, config.answers);
        return { outcomes: Object.fromEntries(report.submissions.map(({ id }) => [id, outcome])), answer };
      } catch (thrown) {
        throw ofLogin(thrown, settings);
      }
    },

    async check({ work, signal }) {
      if (work === undefined)
        return { ok: true, message: `nothing to try at ${server}: credentials belong to the works` };
      const [fault] = validateWork(work);
      if (fault !== undefined) return { ok: false, message: `${fault.path}: ${fault.message}` };
      try {
        await requirePassword(work.settings.titular.password);
        await http.login(loginOf(work.settings), signal);
        return {
          ok: true,
          message: `${server} takes user and password. Whether they may report ${work.code} shows the first submission`,
        };
      } catch (thrown) {
        if (signal.aborted || !isCaudalError(thrown)) throw thrown;
        return { ok: false, message: thrown.message };
      }
    },

    draftOutage,
    ...(history === undefined ? {} : { serve: createHistory(history, config, host) }),
    close: () => http.close(),
  };
};

/** Chile's SMA (API REST of Res. Ex. 254 of 2020). */
export type SmaDefinition = ComplianceDefinition<SmaOptions, Work, Member>;

/**
 * Sends the raw data of processes to Chile's Superintendencia del Medio Ambiente, and answers when it asks for their history.
 *
 * @example sma({})
 */
export const sma = (options: SmaOptions = {}): Plugin<SmaDefinition> =>
  configured(
    defineComplianceTarget({
      id: 'sma',
      version: manifest.version,
      description: 'Superintendencia del Medio Ambiente, Chile: conexión en línea (API REST)',
      config: configSchema,
      work: workSchema,
      member: memberSchema,
      profile: profileFor(options),
      // core fills the defaults of the schema before it creates
      create: ({ config, host }) => createInstance(config as SmaConfig, host),
    }),
    options,
  );
