import type { ProviderInstance } from '@caudal/core';
import { caseChecks } from '../cases/case-checks.ts';
import { runProviderCase } from '../cases/provider-case.ts';
import { caseRows } from '../checks/cases.ts';
import { providerChecks } from '../checks/provider.ts';
import { type HttpAnswers, httpRemote } from '../conformance/remote.ts';
import type { NamedCall } from '../conformance/session.ts';
import { type Suite, suiteOf } from '../conformance/suite.ts';
import type { ProviderConformanceOptions, ProviderSubject } from '../subjects/provider.ts';

/** The limit that the suite pulls with. */
const limit = 100;

/** The calls of a provider that go out. */
const callsOf =
  (options: ProviderConformanceOptions) =>
  (instance: ProviderInstance): NamedCall[] => {
    const { device, window } = options;
    const devices = [device];
    const calls: NamedCall[] = [{ name: 'check', run: async (signal) => instance.check({ signal, device }) }];
    if (instance.pull !== undefined) {
      const request = { devices, limit, ...(window === undefined ? {} : { window }) };
      calls.push({ name: 'pull', run: async (signal) => instance.pull?.({ ...request, signal }) });
    }
    if (instance.discover !== undefined) {
      calls.push({ name: 'discover', run: async (signal) => instance.discover?.({ signal, devices }) });
    }
    return calls;
  };

const nobody: HttpAnswers = {
  ok: () => ({ kind: 'answer', status: 404, headers: {}, body: 'the options say no answers' }),
};

/** The checks for one provider. Needs no credentials and no network but loopback. */
export const providerConformance = (options: ProviderConformanceOptions): Suite => {
  const { definition, config } = options.plugin('http://127.0.0.1:9');
  const { id, version } = definition;
  const subject: ProviderSubject = {
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
      device: { schema: definition.device, samples: [options.device.settings] },
      variable: { schema: definition.variable, samples: options.device.variables.map(({ settings }) => settings) },
    },
    calls: callsOf(options),
    remote: options.remote ?? (() => httpRemote(options.answers ?? nobody, options.login)),
  };
  const checks = [...providerChecks, ...caseChecks(caseRows.provider, definition, options.cases, runProviderCase)];
  return suiteOf({ kind: 'provider', plugin: { id, version } }, checks, subject, options.skip);
};
