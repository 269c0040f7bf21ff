import { type Call, type CheckResult, isCaudalError } from '@caudal/core';
import { type Client, type Device, ownerOf } from './client.ts';
import type { CompiledPull } from './pull.ts';
import type { CompiledRequest } from './request.ts';

/** What `check` may ask with. */
export interface CheckParts {
  readonly client: Client;
  /** The request that the configuration names for it. */
  readonly request: CompiledRequest | undefined;
  readonly pull: CompiledPull | undefined;
  readonly parse: (body: Uint8Array) => unknown;
}

const ofDevice = new Set(['device', 'parameter', 'credential']);

const ask = async (
  parts: CheckParts,
  { device, signal }: Call & { readonly device?: Device },
): Promise<CheckResult> => {
  const { client, request, pull, parse } = parts;
  const needsDevice =
    client.credentials.perDevice || (request?.placeholders.some(({ name }) => ofDevice.has(name)) ?? false);
  if (request !== undefined && (device !== undefined || !needsDevice)) {
    const values = device === undefined ? {} : { device: device.externalId };
    await client.ask(request, values, ownerOf(device), parse, signal);
    return { ok: true, message: 'the vendor answers and takes the credentials' };
  }
  const [variable] = device?.variables ?? [];
  if (device !== undefined && variable !== undefined && pull?.latest !== undefined) {
    await pull.pull({ devices: [{ ...device, variables: [variable] }], limit: 1, signal });
    return { ok: true, message: `the vendor answers for device ${device.externalId}` };
  }
  const { login } = client.credentials;
  if (login !== undefined && (device !== undefined || !needsDevice)) {
    await client.http.token(login(ownerOf(device)), signal);
    return { ok: true, message: 'the login works' };
  }
  return {
    ok: true,
    message: needsDevice
      ? 'credentials are checked with their devices'
      : 'nothing to ask: /check is not set and there is neither a login nor a latest value',
  };
};

/** Asks what the configuration names; else the latest value of a device, else for a login. */
export const check = async (parts: CheckParts, request: Call & { readonly device?: Device }): Promise<CheckResult> => {
  try {
    return await ask(parts, request);
  } catch (error) {
    if (!isCaudalError(error) || error.kind === 'bug' || request.signal.aborted) throw error;
    return { ok: false, message: error.message };
  }
};
