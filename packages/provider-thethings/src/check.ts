import { type Call, type CheckResult, type Host, isCaudalError, isJsonObject, SpelledNumber } from '@caudal/core';
import type { Answered, ThingsClient } from './client.ts';
import type { TheThingsDevice } from './page.ts';

/** A difference of clocks that is worth a word, milliseconds. */
const noticeable = 60_000;

/** `[{"key":"unix_timestamp","value":1783348200}]`; seconds, or milliseconds where they are too many to be seconds. */
const instantIn = ({ body }: Answered): number | undefined => {
  const item: unknown = Array.isArray(body) ? body.at(-1) : body;
  const value = isJsonObject(item) ? item['value'] : item;
  const number = value instanceof SpelledNumber ? value.value : Number(typeof value === 'string' ? value : Number.NaN);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  return number < 100_000_000_000 ? number * 1000 : number;
};

/** The platform's clock less ours. Not knowing it takes nothing from the answer about the token. */
const skewOf = async (client: ThingsClient, device: TheThingsDevice, host: Host, call: Call) => {
  try {
    const instant = instantIn(await client.date(device.credential, call));
    return instant === undefined ? 0 : instant - host.clock.now();
  } catch (error) {
    if (call.signal.aborted) throw error;
    return 0;
  }
};

const checkDevice = async (client: ThingsClient, device: TheThingsDevice, host: Host, call: Call): Promise<string> => {
  const { body } = await client.allResources(device.credential, 1, call);
  const says = body === undefined ? 'the thing token is taken; nothing was written yet' : 'the thing token works';
  const skew = await skewOf(client, device, host, call);
  if (Math.abs(skew) <= noticeable) return says;
  return `${says}; the clock of thethings.iO is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'} ours`;
};

/** Asks for the newest values with the device's token, and for the platform's time. Changes nothing. */
export const check = async (
  client: ThingsClient,
  host: Host,
  request: Call & { readonly device?: TheThingsDevice },
): Promise<CheckResult> => {
  const { device } = request;
  if (device === undefined)
    return {
      ok: true,
      message: 'thethings.iO has no credential of an instance; tokens are checked with their devices',
    };
  try {
    return { ok: true, message: await checkDevice(client, device, host, request) };
  } catch (error) {
    if (!isCaudalError(error) || error.kind === 'bug' || request.signal.aborted) throw error;
    return { ok: false, message: error.message };
  }
};
