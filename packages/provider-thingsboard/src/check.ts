import { type Call, type CheckResult, isCaudalError } from '@caudal/core';
import { pageOf } from './answers.ts';
import type { ThingsBoardClient, ThingsBoardDevice } from './client.ts';

const checkDevice = async (
  client: ThingsBoardClient,
  device: ThingsBoardDevice,
  { signal }: Call,
): Promise<CheckResult> => {
  const keys = await client.keys(device, signal);
  const known = Array.isArray(keys) ? keys.length : 0;
  if (known === 0) return { ok: true, message: `device ${device.externalId} is readable and has never sent anything` };
  const missing = device.variables.map(({ name }) => name).filter((name) => !(keys as unknown[]).includes(name));
  const lacks = missing.length === 0 ? '' : `; it never sent ${missing.slice(0, 10).join(', ')}`;
  return { ok: true, message: `device ${device.externalId} is readable and has ${known} keys${lacks}` };
};

/**
 * The names of a device's keys with the tenant's credential, or one entity of the listing. Both only read. ThingsBoard answers
 * for a device that never sent anything as for one that does not exist behind some gateways, so the sentence says which keys are
 * there.
 */
export const check = async (
  client: ThingsBoardClient,
  request: Call & { readonly device?: ThingsBoardDevice },
): Promise<CheckResult> => {
  try {
    if (request.device !== undefined) return await checkDevice(client, request.device, request);
    pageOf(await client.entities(1, 0, request.signal));
    return { ok: true, message: 'the credential works' };
  } catch (error) {
    if (!isCaudalError(error) || error.kind === 'bug' || request.signal.aborted) throw error;
    return { ok: false, message: error.message };
  }
};
