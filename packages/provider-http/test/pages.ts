import {
  type Json,
  type Plugin,
  type ProviderDefinition,
  type ProviderInstance,
  type PullRequest,
  type PullResult,
  type Reading,
  create,
  type Host,
} from '@caudal/core';

// oxlint-disable-next-line typescript/no-explicit-any -- any provider is read the same way here
type AnyProvider = Plugin<ProviderDefinition<any, any, any>>;

const signal = new AbortController().signal;

/** An instance of any provider. */
export const instanceOf = (plugin: AnyProvider, host: Host): ProviderInstance => create(plugin, host);

/** Every page of a call, as a host would ask for them. */
export const pullAll = async (
  instance: ProviderInstance,
  call: Omit<PullRequest, 'signal' | 'page'>,
): Promise<readonly PullResult[]> => {
  const results: PullResult[] = [];
  let page: Json | undefined;
  do {
    const result: PullResult = (await instance.pull?.({
      ...call,
      signal,
      ...(page === undefined ? {} : { page }),
    })) ?? {
      records: [],
    };
    results.push(result);
    page = result.page === undefined ? undefined : (JSON.parse(JSON.stringify(result.page)) as Json);
    if (results.length > 1000) throw new Error('paging does not end');
  } while (page !== undefined);
  return results;
};

/** The readings of all pages, each once: pages may overlap, and the host knows a reading by its key. */
export const readingsOf = (
  instance: ProviderInstance,
  results: readonly PullResult[],
  call: Pick<PullRequest, 'devices' | 'window'>,
): readonly Reading[] => {
  const context = {
    settings: (external: string) => call.devices.find(({ externalId }) => externalId === external)?.settings,
    externalId: (id: string) => call.devices.find((device) => device.id === id)?.externalId,
  };
  const found = new Map<string, Reading>();
  for (const [index, { body, envelope }] of results.flatMap(({ records }) => records).entries()) {
    const record = { id: String(index), receivedAt: 0, body, envelope };
    for (const reading of instance.decode(record, context).readings) {
      const { window } = call;
      if (window !== undefined && (reading.at < window.from || reading.at >= window.to)) continue;
      found.set(JSON.stringify([reading.device, reading.variable, reading.at, reading.raw, reading.vendorId]), reading);
    }
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, reading]) => reading);
};
