import { type Call, type CheckResult, isCaudalError, isJsonObject } from '@caudal/core';
import type { TagoClient } from './client.ts';
import type { TagoDevice } from './page.ts';

const checkDevice = async (client: TagoClient, device: TagoDevice, { signal }: Call): Promise<CheckResult> => {
  const { result } = (await client.device(device, signal)).answer;
  const id = isJsonObject(result) ? result['id'] : undefined;
  if (typeof id === 'string' && id !== device.externalId)
    return { ok: false, message: `the token belongs to device ${id}, not to ${device.externalId}` };
  return { ok: true, message: `TagoIO knows device ${device.externalId}` };
};

const checkAccount = async (client: TagoClient, { signal }: Call): Promise<CheckResult> => {
  if (!client.hasAccount)
    return { ok: true, message: 'no account token is set; tokens are checked with their devices' };
  await client.devices(1, 1, signal);
  return { ok: true, message: 'the account token works' };
};

/**
 * `GET /info` with a device's token, the cheapest question there is. A token belongs to one TagoIO device, so a replaced logger
 * shows here as the wrong device.
 */
export const check = async (
  client: TagoClient,
  request: Call & { readonly device?: TagoDevice },
): Promise<CheckResult> => {
  try {
    return await (request.device === undefined
      ? checkAccount(client, request)
      : checkDevice(client, request.device, request));
  } catch (error) {
    if (!isCaudalError(error) || error.kind === 'bug' || request.signal.aborted) throw error;
    return { ok: false, message: error.message };
  }
};
