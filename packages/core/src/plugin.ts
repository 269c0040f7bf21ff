import { CaudalError } from './errors.ts';
import type { Host } from './host.ts';
import type { TypedSchema } from './schema.ts';

export type Kind = 'provider' | 'rule' | 'compliance' | 'notifier' | 'outlet';

/** The contract a plugin was written for. The number changes only when an existing plugin would have to change. */
export type Spec = `${Kind}/v1`;

export type Awaitable<T> = T | Promise<T>;

/** Every call can be cancelled. A plugin passes the signal on to whatever it waits for. */
export interface Call {
  readonly signal: AbortSignal;
}

/** The answer of `check`: whether credentials and addresses work. `message` is one sentence for an operator. */
export interface CheckResult {
  readonly ok: boolean;
  readonly message: string;
}

/** What `create` returns, whatever the kind. */
export interface Instance {
  /** Connects. May be called again after `close`; a failed start may be followed by `close` or another start. */
  start?(call: Call): Awaitable<void>;
  /** Safe to call twice, and after a failed start. */
  close?(): Awaitable<void>;
}

/** What every plugin definition has, whatever the kind. */
export interface Definition<S extends Spec, C, I> {
  readonly spec: S;
  /** Owned by the author, lower case, for example `tago`. */
  readonly id: string;
  /** Of the package. */
  readonly version: string;
  /** One sentence for a person who chooses among plugins. */
  readonly description?: string;
  /** Of `create`'s config. Closed, every property described, secrets marked with `SecretRef`. */
  readonly config: TypedSchema<C>;
  /** Makes an instance. Checks what a schema cannot, does no I/O, opens nothing, reads no environment. */
  create(input: { readonly config: C; readonly host: Host }): I;
}

const brand = Symbol.for('caudal.plugin');

/** A definition together with its configuration: what a package's factory returns and what a runtime is given. */
export interface Plugin<D extends AnyDefinition = AnyDefinition> {
  readonly definition: D;
  readonly config: unknown;
}

// oxlint-disable-next-line typescript/no-explicit-any -- any definition fits here; its parts are checked against its own schemas
export type AnyDefinition = Definition<Spec, any, any>;

/** What a definition's `create` is configured with: `(config: ConfigOf<typeof definition>) => configured(definition, config)`. */
export type ConfigOf<D extends AnyDefinition> = D extends Definition<Spec, infer C, unknown> ? C : never;

/** Pairs a definition with its configuration. Package factories are one call of this. */
export const configured = <D extends AnyDefinition>(definition: D, config: ConfigOf<D>): Plugin<D> =>
  Object.freeze({ definition, config, [brand]: true });

/** By shape and mark, never by `instanceof`: a plugin may have been built against another copy of core. */
export const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;

const specs: readonly string[] = [
  'provider/v1',
  'rule/v1',
  'compliance/v1',
  'notifier/v1',
  'outlet/v1',
] satisfies Spec[];

/** The checks every `define…` makes at once, so that a mistake shows where it was written. */
export const define = <D extends AnyDefinition>(definition: D): D => {
  const refuse = (why: string): never => {
    throw new CaudalError('config', `plugin ${JSON.stringify(definition.id)}: ${why}`, { sent: 'no' });
  };
  if (!specs.includes(definition.spec)) {
    refuse(
      `spec ${JSON.stringify(definition.spec)} is not known here; this version of @caudal/core knows ${specs.join(', ')}. Install versions that agree.`,
    );
  }
  if (!/^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/.test(definition.id))
    refuse('id must be lower case letters, digits and dashes');
  if (!/^\d+\.\d+\.\d+/.test(definition.version))
    refuse(`version ${JSON.stringify(definition.version)} is not a version`);
  return Object.freeze(definition);
};
