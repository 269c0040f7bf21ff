import {
  CaudalError,
  type ComplianceDefinition,
  type ComplianceInstance,
  configured,
  defineComplianceTarget,
  type Host,
  isCaudalError,
  parseRut,
  type Plugin,
  type SecretReference,
} from '@caudal/core';
import { createHttp, type HttpRequest } from '@caudal/http';
import manifest from '../package.json' with { type: 'json' };
import { readAnswer } from './answer.ts';
import { fillSlots, renderRequest } from './artifact.ts';
import { configSchema, type DgaConfig, type DgaOptions } from './config.ts';
import { draftOutage } from './draft-outage.ts';
import { renderHandover } from './handover.ts';
import { outcomeOf } from './outcomes.ts';
import { profileFor } from './profile.ts';
import { compareReadBack } from './read-back.ts';
import { validateReport, validateWork } from './validate-report.ts';
import { variants } from './variants.ts';
import { memberSchema, type Work, workSchema } from './work.ts';

/** No receipt of the DGA is thirty-two zeros; asking for it touches no measurement. */
const unknownReceipt = '0'.repeat(32);

const createInstance = (given: DgaConfig, host: Host): ComplianceInstance<Work> => {
  const config: DgaConfig = { ...given, baseUrl: given.baseUrl.replace(/\/+$/, '') };
  if (parseRut(config.rutEmpresa, { checkDigit: config.rutCheckDigit }) === undefined) {
    throw new CaudalError(
      'config',
      `rutEmpresa ${JSON.stringify(config.rutEmpresa)} is not a RUT with its check digit; rutCheckDigit: 'ignore' takes any digit`,
      { sent: 'no' },
    );
  }
  const http = createHttp({ host, baseUrl: config.baseUrl, timeoutMs: config.timeoutMs });
  const server = new URL(config.baseUrl).host;

  const send = async (request: HttpRequest) => {
    try {
      return readAnswer(await http.send(request), host.redact);
    } catch (thrown) {
      if (!isCaudalError(thrown) || !thrown.detail?.startsWith('ECONNRESET')) throw thrown;
      throw new CaudalError(
        thrown.kind,
        `${thrown.message}; when this repeats, perimeter block suspected: a support ticket unblocks it`,
        { sent: thrown.sent, detail: thrown.detail, cause: thrown },
      );
    }
  };

  /** A password that is not there concerns its informant's works alone, not every work of the Centro de Control. */
  const passwordOf = async (reference: SecretReference): Promise<string> => {
    const missing = (message: string, cause?: unknown) =>
      new CaudalError('config', message, { sent: 'no', scope: 'credential', credential: reference, cause });
    let password: string;
    try {
      password = await host.secret(reference);
    } catch (thrown) {
      throw missing(isCaudalError(thrown) ? thrown.message : "the informant's password cannot be read", thrown);
    }
    if (password === '') throw missing("the informant's password is empty");
    host.redact.add(password);
    // as it stands in an answer that quotes our body inside its own JSON
    host.redact.add(JSON.stringify(password).slice(1, -1));
    return password;
  };

  const askFor = async (
    work: { readonly variant: Work['variant']; readonly code: string },
    receipt: string,
    signal: AbortSignal,
  ) =>
    send({
      path: variants[work.variant].path,
      query: { codigoObra: work.code, numeroComprobante: receipt },
      signal,
    });

  return {
    validate: (report) => validateReport(report, config),

    render(report) {
      const wrong = validateReport(report, config).filter(({ severity }) => severity !== 'warning');
      if (wrong.length > 0) {
        const list = wrong.map(({ path, message }) => `${path}: ${message}`).join('; ');
        throw new CaudalError('invalid-data', `the report cannot be sent: ${list}`, { sent: 'no', scope: 'item' });
      }
      return report.delivery === 'manual' ? renderHandover(report, config) : renderRequest(report, config);
    },

    async submit({ artifact, report, sendTime, signal }) {
      const { variant } = report.work.settings;
      const { path } = variants[variant];
      if (artifact.method === 'FILE')
        throw new CaudalError('unsupported', 'a file is handed over by a person, not submitted', {
          sent: 'no',
          scope: 'item',
        });
      if (artifact.method !== 'POST' || artifact.url !== config.baseUrl + path) {
        throw new CaudalError(
          'config',
          `the artifact goes to ${artifact.url}, but ${variant} is configured at ${config.baseUrl}${path}; no password leaves for another address`,
          { sent: 'no', scope: 'item' },
        );
      }
      const { headers, body } = await fillSlots(artifact, sendTime, ({ secret }) => passwordOf(secret));
      const { read, answer } = await send({
        method: 'POST',
        path,
        headers,
        body: { content: body, mediaType: artifact.mediaType },
        signal,
      });
      const outcome = outcomeOf(read, config.permanentAnswers);
      const told = 'reason' in outcome ? { ...outcome, reason: host.redact.text(outcome.reason) } : outcome;
      return { outcomes: Object.fromEntries(report.submissions.map(({ id }) => [id, told])), answer };
    },

    async confirm({ receipt, report, signal }) {
      const { code, settings } = report.work;
      const { read, answer } = await askFor({ code, variant: settings.variant }, receipt, signal);
      return compareReadBack(read, answer, report, config);
    },

    async check({ work, signal }) {
      const [fault] = work === undefined ? [] : validateWork(work, config);
      if (fault !== undefined) return { ok: false, message: `${fault.path}: ${fault.message}` };
      try {
        const { informant } = work?.settings ?? {};
        if (informant !== undefined) await passwordOf(informant.password);
        const asked = { code: work?.code ?? 'OB-0101-1', variant: work?.settings.variant ?? 'subterranea' } as const;
        const { read } = await askFor(asked, unknownReceipt, signal);
        return read.envelope?.status === undefined
          ? { ok: false, message: `${server} answers HTTP ${read.httpStatus}, but not as the DGA's interface does` }
          : {
              ok: true,
              message: `${server} answers. RUT and password cannot be tried without sending a measurement: the first submission shows whether they are right`,
            };
      } catch (thrown) {
        if (signal.aborted || !isCaudalError(thrown)) throw thrown;
        return { ok: false, message: thrown.message };
      }
    },

    draftOutage,

    close: () => http.close(),
  };
};

/** Chile's DGA (MEE, REST interface of Res. Exenta 2.170 of 2025). */
export type DgaDefinition = ComplianceDefinition<DgaOptions, Work>;

/**
 * Sends measurements of water works to Chile's Dirección General de Aguas and reads their receipts back.
 *
 * @example dga({ rutEmpresa: '11111111-1' })
 */
export const dga = (options: DgaOptions): Plugin<DgaDefinition> =>
  configured(
    defineComplianceTarget({
      id: 'dga',
      version: manifest.version,
      description: 'Dirección General de Aguas, Chile: control of extractions (MEE)',
      config: configSchema,
      work: workSchema,
      member: memberSchema,
      profile: profileFor(options),
      // core fills the defaults of the schema before it creates
      create: ({ config, host }) => createInstance(config as DgaConfig, host),
    }),
    options,
  );
