import { CaudalError } from './errors.ts';
import { createHost, type Host } from './host.ts';
import { type AnyDefinition, type Awaitable, isPlugin, type Plugin } from './plugin.ts';
import { withDefaults } from './defaults.ts';
import { issuesOf } from './validate.ts';

type InstanceOf<D> = D extends { create(input: never): infer I } ? I : never;

/**
 * A ready instance of any plugin, without the runtime: fills defaults, validates the configuration (unknown keys are
 * errors), creates, and starts. Close it with `close()` or `await using`; when the start fails it is closed here.
 *
 * @example const instance = await open(tago({ region: 'us-e1' }));
 * @throws CaudalError kind `config` with every mistake and its place
 */
export const open = async <D extends AnyDefinition>(
  plugin: Plugin<D>,
  options: Partial<Host> & { readonly signal?: AbortSignal } = {},
): Promise<InstanceOf<D> & AsyncDisposable> => {
  const instance = create(plugin, createHost(options)) as InstanceOf<D> & {
    start?(call: { signal: AbortSignal }): Awaitable<void>;
    close?(): Awaitable<void>;
  };
  try {
    await instance.start?.({ signal: options.signal ?? new AbortController().signal });
  } catch (failure) {
    // What start had opened before it failed would stay open. Why it failed matters more than how closing went.
    await (async () => instance.close?.())().catch(() => {});
    throw failure;
  }
  return Object.assign(instance, { [Symbol.asyncDispose]: async () => instance.close?.() });
};

/** Fills defaults, validates and creates, with no I/O: what `open` does before it starts. */
export const create = <D extends AnyDefinition>(plugin: Plugin<D>, host: Host): InstanceOf<D> => {
  if (!isPlugin(plugin)) {
    throw new CaudalError(
      'config',
      "this is not a plugin: pass what a package's factory returns, for example tago({ … })",
      { sent: 'no' },
    );
  }
  const { definition } = plugin;
  const config = withDefaults(definition.config, plugin.config);
  const issues = issuesOf(definition.config, config);
  if (issues.length > 0) {
    const list = issues.map(({ path, message }) => `${path === '' ? '(root)' : path}: ${message}`).join('; ');
    throw new CaudalError('config', `configuration of ${definition.id} is not valid: ${list}`, { sent: 'no' });
  }
  return definition.create({ config, host }) as InstanceOf<D>;
};
