import { type Call, type Discovered, isJsonObject, spellingOf } from '@caudal/core';
import type { ThingsClient } from './client.ts';
import { itemsOf, timeOf } from './item.ts';
import type { TheThingsDevice } from './page.ts';

/**
 * The keys among a thing's newest items, each with its newest value: one request a device. A thing token knows nothing of other
 * things, so devices can not be listed. The last contact is the newest instant over all keys, because one key alone says
 * nothing about the thing.
 */
export const discover = async (
  client: ThingsClient,
  pageSize: number,
  request: Call & { readonly devices: readonly TheThingsDevice[] },
): Promise<Discovered> => {
  const devices: Discovered['devices'][number][] = [];
  const variables: Discovered['variables'][number][] = [];
  for (const device of request.devices) {
    const { body } = await client.allResources(device.credential, pageSize, request);
    const newest = new Map<string, Discovered['variables'][number]>();
    let lastContact = -Infinity;
    for (const item of body === undefined ? [] : itemsOf(body).filter(isJsonObject)) {
      const { key, value } = item;
      if (typeof key !== 'string' || key === '') continue;
      const at = timeOf(item, device.settings.zone);
      lastContact = Math.max(lastContact, at ?? -Infinity);
      const known = newest.get(key);
      if (known !== undefined && (at === undefined || at <= (known.last?.at ?? -Infinity))) continue;
      newest.set(key, {
        device: device.externalId,
        name: key,
        ...(at === undefined || value === undefined ? {} : { last: { at, raw: spellingOf(value) } }),
      });
    }
    devices.push({ externalId: device.externalId, ...(Number.isFinite(lastContact) ? { lastContact } : {}) });
    variables.push(...newest.values());
  }
  return { devices, variables };
};
