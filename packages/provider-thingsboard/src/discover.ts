import { type Call, type Discovered, isJsonObject, type JsonObject, spellingOf } from '@caudal/core';
import { pageOf } from './answers.ts';
import { epochOf } from './body.ts';
import type { ThingsBoardClient, ThingsBoardDevice } from './client.ts';

const pageSize = 100;

/** A tenant with more devices than this many pages hold is listed in part. */
const maxPages = 100;

/** ThingsBoard names an entity `{"id": {"entityType", "id"}, "name"}`; a gateway may write the id plainly. */
const describe = ({ id, name, label }: JsonObject): Discovered['devices'][number] | undefined => {
  const externalId = isJsonObject(id) ? id['id'] : id;
  if (typeof externalId !== 'string' || externalId === '') return undefined;
  const known = [label, name].find((text) => typeof text === 'string' && text !== '');
  return { externalId, ...(typeof known === 'string' ? { name: known } : {}) };
};

/** Page by page until the server says that there is no more, or a page brings nothing new. */
const everyEntity = async (client: ThingsBoardClient, { signal }: Call) => {
  const found = new Map<string, Discovered['devices'][number]>();
  for (let page = 0; page < maxPages; page += 1) {
    const { rows, more } = pageOf(await client.entities(pageSize, page, signal));
    const before = found.size;
    for (const entity of rows.map(describe)) if (entity !== undefined) found.set(entity.externalId, entity);
    if (!(more ?? rows.length >= pageSize) || found.size === before) break;
  }
  return [...found.values()];
};

/** Without `keys` the newest sample of every key is answered: names and last values in one request. */
const variablesOf = async (client: ThingsBoardClient, device: ThingsBoardDevice, { signal }: Call) => {
  const { telemetry } = await client.samples(device, {}, signal);
  return Object.entries(telemetry).map(([name, samples]): Discovered['variables'][number] => {
    const [newest] = samples;
    const value = isJsonObject(newest) ? newest['value'] : undefined;
    const at = isJsonObject(newest) ? epochOf(newest['ts']) : undefined;
    const known = at !== undefined && value !== null && value !== undefined;
    return { device: device.externalId, name, ...(known ? { last: { at, raw: spellingOf(value) } } : {}) };
  });
};

/** The tenant's devices (or assets), and the keys of the devices given. */
export const discover = async (
  client: ThingsBoardClient,
  request: Call & { readonly devices: readonly ThingsBoardDevice[] },
): Promise<Discovered> => {
  const devices = await everyEntity(client, request);
  const variables: Discovered['variables'][number][] = [];
  for (const device of request.devices) variables.push(...(await variablesOf(client, device, request)));
  return { devices, variables };
};
