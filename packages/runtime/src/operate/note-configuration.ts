import manifest from '../../package.json' with { type: 'json' };
import { canonicalJson } from '../config/domain.ts';
import { acts } from '../evidence/acts.ts';
import { sha256 } from '../evidence/chain.ts';
import type { Services } from '../services.ts';

const hashOf = (value: unknown) => sha256(canonicalJson(value));

/** Puts the configuration into the audit when it is another than the last one there: hashes of its parts, versions of its plugins. */
export const noteConfiguration = async ({ store, clock, options: all, domain, plugins }: Services): Promise<void> => {
  // Instances on one database differ in these: each start of one would be a change.
  const { roles: _roles, folder: _folder, ...options } = all;
  const { providers, targets, notifiers, rules, outlets } = plugins;
  const instances = [...providers.values(), ...targets.values(), ...notifiers.values(), ...rules, ...outlets.values()];
  const parts = {
    options: hashOf(options),
    points: hashOf([...domain.points.values()]),
    devices: hashOf([...domain.devices.values()]),
    bindings: hashOf([...domain.bindings].map(([device, variables]) => [device, [...variables]])),
    obligations: hashOf([...domain.obligations.values()]),
    people: hashOf([[...domain.people.values()], domain.subscriptions]),
    targets: hashOf([...targets.values()].map(({ name, config }) => [name, config])),
    rules: hashOf(rules.map(({ name, params, roles }) => [name, params, roles])),
  };
  const detail = {
    parts,
    caudal: manifest.version,
    plugins: Object.fromEntries(
      instances.map(({ name, definition }) => [name, `${definition.id}@${definition.version}`]),
    ),
  };
  const hash = hashOf(detail);
  const [last] = await store.read.auditTrail({ subject: acts.configuration, limit: 1 });
  if (last?.hash === hash) return;
  await store.write.audit([
    { at: clock.now(), actor: 'runtime', act: acts.configuration, subject: acts.configuration, hash, detail },
  ]);
};
