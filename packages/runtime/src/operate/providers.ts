import { CaudalError, type ProviderSwitch } from '@caudal/core';
import { troubleKey } from '../collect/troubles.ts';
import type { By } from '../kept/index.ts';
import type { Services } from '../services.ts';

/** How one provider instance stands. */
export interface ProviderNow {
  readonly instance: string;
  readonly plugin: string;
  readonly mode: ProviderSwitch['mode'];
  readonly devices: number;
  /** Arrival of the newest answer that could be read; null when there never was one. */
  readonly lastContact: number | null;
  /** The newest failure, also when it is over. */
  readonly lastTrouble: {
    readonly at: number;
    readonly device: string;
    readonly kind: string;
    readonly message: string;
  } | null;
}

const modeOf = ({ domain }: Services, instance: string) => domain.switches.get(instance)?.mode ?? 'on';

/** Every provider instance of the configuration. */
export const providersNow = async (services: Services): Promise<readonly ProviderNow[]> => {
  const { domain, store, plugins } = services;
  const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
  return Promise.all(
    [...plugins.providers.values()].map(async ({ name, definition }): Promise<ProviderNow> => {
      const own = [...domain.devices.values()].filter(({ provider }) => provider === name);
      const contacts = own.flatMap(({ id }) => heard.get(id) ?? []);
      return {
        instance: name,
        plugin: `${definition.id}@${definition.version}`,
        mode: modeOf(services, name),
        devices: own.length,
        lastContact: contacts.length === 0 ? null : Math.max(...contacts),
        lastTrouble: (await store.read.recall(troubleKey(name))) as ProviderNow['lastTrouble'],
      };
    }),
  );
};

/**
 * Switches a provider on, off or into testing. When it was in testing stays with it: what arrived then is never reported.
 *
 * @throws KeptRefusal when a data file says how it is switched
 */
export const switchProvider = async (
  services: Services,
  { instance, mode }: { readonly instance: string; readonly mode: ProviderSwitch['mode'] },
  by: By,
): Promise<{ mode: ProviderSwitch['mode']; changed: boolean }> => {
  const { kept, plugins, clock } = services;
  if (!plugins.providers.has(instance))
    throw new CaudalError('config', `there is no provider ${instance}`, { sent: 'no' });
  if (modeOf(services, instance) === mode) return { mode, changed: false };
  const now = new Date(clock.now()).toISOString();
  const entity = kept.get('providers', instance);
  const before = (entity?.content as ProviderSwitch | undefined)?.tested ?? [];
  const ended = before.map((span) => (span.to === undefined ? { ...span, to: now } : span));
  const tested = mode === 'testing' ? [...ended, { from: now }] : ended;
  await kept.put(
    {
      kind: 'providers',
      id: instance,
      content: { mode, ...(tested.length === 0 ? {} : { tested }) },
      expected: entity?.etag ?? null,
    },
    by,
  );
  return { mode, changed: true };
};
