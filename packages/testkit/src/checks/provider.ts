import type { ProviderInstance } from '@caudal/core';
import type { Check } from '../conformance/check.ts';
import type { ProviderSubject } from '../subjects/provider.ts';
import { everyKindChecks } from './every-kind.ts';
import { faultChecks, httpFaults } from './fault-table.ts';
import { decodeChecks } from './provider-decode.ts';
import { pullChecks } from './provider-pull.ts';
import { pushChecks } from './provider-push.ts';

/** What a provider is asked. */
export const providerChecks: readonly Check<ProviderSubject>[] = [
  ...(everyKindChecks as readonly Check<ProviderSubject>[]),
  ...decodeChecks,
  ...pullChecks,
  ...faultChecks<ProviderInstance, ProviderSubject>('P', 'pull', httpFaults),
  ...pushChecks,
];
