import {
  type AnyDefinition,
  type Call,
  createHost,
  type Instance,
  type JsonSchema,
  type Plugin,
  withDefaults,
} from '@caudal/core';
import { type FakeHost, fakeHost } from '../fakes/fake-host.ts';
import { skip } from './check.ts';
import type { Behaviour, Login, Remote } from './remote.ts';

/** One call of an instance, with what the options say to call it with. */
export interface NamedCall {
  readonly name: string;
  run(this: void, signal: AbortSignal): Promise<unknown>;
}

/** What the checks of every kind need to know of a plugin. */
export interface Subject<I extends Instance = Instance> {
  /** The plugin, told to talk to `baseUrl`. */
  plugin(baseUrl: string): Plugin;
  /** A plugin that gives up after some ten milliseconds of silence. */
  readonly givesUpSoon: ((baseUrl: string) => Plugin) | undefined;
  readonly definition: AnyDefinition;
  readonly secrets: Readonly<Record<string, string>>;
  /** Secrets that the remote hands out, such as the token of a log-in. */
  readonly issuedSecrets: readonly string[];
  readonly login: Login | undefined;
  readonly packageVersion: string | undefined;
  /** The committed baseline of the schemas. */
  readonly schemaBaseline: URL | undefined;
  readonly readme: URL | undefined;
  /** Every schema of the definition with values that must fit it, by the schema's name. */
  readonly schemas: Readonly<Record<string, { readonly schema: JsonSchema; readonly samples: readonly unknown[] }>>;
  /** Every call that goes out, `check` among them. */
  calls(instance: I): readonly NamedCall[];
  remote(): Promise<Remote>;
}

/** A started instance and its surroundings. */
export interface Session<I> {
  readonly instance: I;
  readonly host: FakeHost;
  readonly remote: Remote;
}

/** Makes an instance of a plugin as core does, without validating: what is invalid is for a check of its own to say. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the kind is the caller's knowledge
export const instanceOf = <I extends Instance>(plugin: Plugin, host = createHost()): I =>
  plugin.definition.create({ config: withDefaults(plugin.definition.config, plugin.config), host }) as I;

/** A signal that never fires. */
export const never = (): AbortSignal => new AbortController().signal;

/** One call of its own. */
export const call = (): Call => ({ signal: never() });

/** Closes what may have been opened. Whether closing works is for a check of its own to say. */
export const closeQuietly = async (instance: Instance): Promise<void> => {
  try {
    await instance.close?.();
  } catch {
    // Checked by.
  }
};

/** A remote that behaves as asked, or a skip where it cannot. */
export const behaving = (remote: Remote, as: Behaviour): Remote => {
  if (!remote.behave(as)) skip(`the options say no answer for "${as}"`);
  return remote;
};

/** Runs `body` with a started instance of `plugin` against a remote that is well, and closes both. */
export const withInstance = async <I extends Instance, T>(
  subject: Subject<I>,
  body: (session: Session<I>) => Promise<T> | T,
  plugin: (baseUrl: string) => Plugin = (baseUrl) => subject.plugin(baseUrl),
): Promise<T> => {
  const remote = await subject.remote();
  try {
    behaving(remote, 'ok');
    const host = fakeHost({ secrets: subject.secrets });
    const instance = instanceOf<I>(plugin(remote.url), host);
    try {
      await instance.start?.(call());
      return await body({ instance, host, remote });
    } finally {
      await closeQuietly(instance);
    }
  } finally {
    await remote.close();
  }
};
