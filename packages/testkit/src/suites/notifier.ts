import { caseChecks } from '../cases/case-checks.ts';
import { runNotifierCase } from '../cases/notifier-case.ts';
import { caseRows } from '../checks/cases.ts';
import { notifierChecks } from '../checks/notifier.ts';
import { httpRemote } from '../conformance/remote.ts';
import { sampleMessage } from '../conformance/sample-message.ts';
import type { NamedCall } from '../conformance/session.ts';
import { type Suite, suiteOf } from '../conformance/suite.ts';
import { replies } from '../faults/reply.ts';
import type { NotifierConformanceOptions, NotifierSubject } from '../subjects/notifier.ts';

/** The checks for one notifier. Needs no credentials and no network but loopback. */
export const notifierConformance = (options: NotifierConformanceOptions): Suite => {
  const { definition, config } = options.plugin('http://127.0.0.1:9');
  const { id, version } = definition;
  const to = options.address;
  const subject: NotifierSubject = {
    options,
    definition,
    plugin: (baseUrl) => options.plugin(baseUrl),
    givesUpSoon: options.givesUpSoon,
    secrets: options.secrets ?? {},
    issuedSecrets: options.issuedSecrets ?? [],
    login: options.login,
    packageVersion: options.packageVersion,
    schemaBaseline: options.schemaBaseline,
    readme: options.readme,
    schemas: {
      config: { schema: definition.config, samples: [config] },
      address: { schema: definition.address, samples: [to] },
    },
    calls: (instance): NamedCall[] => [
      { name: 'check', run: async (signal) => instance.check({ signal }) },
      {
        name: 'send',
        run: async (signal) => instance.send({ signal, to, message: sampleMessage, idempotencyKey: 'conformance' }),
      },
    ],
    remote: options.remote ?? (() => httpRemote(options.answers ?? { ok: replies.json({}) }, options.login)),
  };
  const checks = [...notifierChecks, ...caseChecks(caseRows.notifier, definition, options.cases, runNotifierCase)];
  return suiteOf({ kind: 'notifier', plugin: { id, version } }, checks, subject, options.skip);
};
