import { existsSync, readFileSync } from 'node:fs';
import { CaudalError, createRedactor, secretResolver, systemClock } from '@caudal/core';
import * as Effect from 'effect/Effect';
import * as Layer from 'effect/Layer';
import * as ManagedRuntime from 'effect/ManagedRuntime';
import { firstAdminToken } from './access/users.ts';
import { serveHttp } from './api/http.ts';
import { assemble } from './assemble.ts';
import type { RuntimeConfig } from './config/define.ts';
import type { RuntimeOptions } from './config/options.ts';
import { mistakeText } from './config/mistake.ts';
import { databaseOf, placesOf, printableDatabase } from './config/places.ts';
import { resolveConfiguration } from './config/resolve.ts';
import { openKept } from './kept/index.ts';
import { createEvents, type Events } from './observe/events.ts';
import { createLog } from './observe/create-log.ts';
import { openTraces } from './observe/traces.ts';
import { noteConfiguration } from './operate/note-configuration.ts';
import { callOperation, createOperations, type Operations } from './operate/operations.ts';
import { recoverPart } from './roles/stages.ts';
import { startTenures, type Tenures } from './roles/tenures.ts';
import { Caudal, type Services, type StageName } from './services.ts';
import { createWaker, type Waker } from './stage.ts';
import { isAddress } from './store/engine.ts';
import { openStore } from './store/index.ts';
import { openToLook } from './store/open-to-look.ts';

/** A running pipeline, as an embedding program sees it. */
export interface Runtime {
  /** Opens the database, connects and begins to work. Rejects with every mistake of the configuration. */
  start(): Promise<void>;
  /** Begins nothing new, waits for what is under way (at most `drainSeconds`), closes. Safe twice. */
  stop(): Promise<void>;
  /** Questions and acts: status, trace, backfill, reprocess. Available while started. */
  readonly query: Operations;
  readonly events: Events;
  /** Makes the first administrator, over the page or `/api/v1/auth/setup`. Null when there is a user. Shown once, kept as a hash. */
  firstAdminToken(): Promise<string | null>;
  /** Where health, metrics and webhooks are served; null when they are not. */
  readonly url: string | null;
  /** Waits for its own disk. Who moves a virtual clock moves it only while this is false. */
  readonly busy: boolean;
}

/** What a running runtime holds. */
interface Running {
  readonly services: Services;
  readonly waker: Waker;
  readonly operations: Operations;
  readonly url: string | null;
}

const limitsOf = ({ maxDatabaseBytes, backupBeforeMigration, leaseSeconds }: RuntimeOptions) => ({
  backup: backupBeforeMigration,
  leaseMs: 1000 * leaseSeconds,
  ...(maxDatabaseBytes === undefined ? {} : { maxBytes: maxDatabaseBytes }),
});

/** A secret that is asked for before there is a database to look into. */
const notOpen = (name: string): Promise<string> =>
  Promise.reject(
    new CaudalError('config', `store:${name} can not be read here: the database is not open`, {
      sent: 'no',
      scope: 'credential',
    }),
  );

/** Lets every stage end its step and what it has under way, for as long as `drainSeconds` allow. */
const drain = (services: Services, waker: Waker, tenures: Tenures) =>
  Effect.promise(async () => {
    const log = services.log.stream('system');
    log.info({}, 'caudal drains: nothing new begins, what is under way ends');
    waker.drain();
    const limit = AbortSignal.timeout(services.options.drainSeconds * 1000);
    await tenures.end(limit);
    if (limit.aborted)
      log.warn(
        { drainSeconds: services.options.drainSeconds },
        'not everything ended in time; it goes on at the next start',
      );
  });

/**
 * The operations of a configuration whose runtime does not run: begins nothing. For the CLI.
 *
 * @param looks whether nothing is written: then the database is not locked, and a runtime may start meanwhile
 * @throws CaudalError when a process holds the database without answering on its socket
 */
export const openQuiet = async (
  config: RuntimeConfig,
  looks = false,
): Promise<{ call(name: string, input: unknown): Promise<unknown>; close(): Promise<void> }> => {
  const { options, domain, data } = await resolveConfiguration(config);
  const clock = config.clock ?? systemClock;
  const redact = createRedactor();
  const secret = secretResolver((value) => redact.add(value), {
    literal: undefined,
    store: (name) => stored?.resolve(name) ?? notOpen(name),
  });
  let stored: Services['secrets'] | undefined;
  const log = createLog({ ...options.log, console: false }, null, redact, clock);
  const path = databaseOf(config);
  const store =
    looks && (isAddress(path) || existsSync(path))
      ? await openToLook(path)
      : await openStore({ path, clock, brief: true, ...limitsOf(options) });
  const events = createEvents(() => undefined);
  const kept = await openKept({ config, data, domain, store, clock, tolerant: true });
  const services = assemble({ config, options, kept, clock, redact, secret, log, events, store });
  stored = services.secrets;
  const operations = createOperations(services, 'cli');
  return {
    call: (name, input) => callOperation(operations, name, input),
    async close() {
      await services.feed?.close();
      await store.close();
    },
  };
};

/**
 * Wires the plugins of a configuration into a pipeline. Does no I/O beyond reading the data files; `start` does.
 *
 * @throws CaudalError kind `config` that lists every mistake of configuration and data, with its place
 */
export const createRuntime = async (config: RuntimeConfig): Promise<Runtime> => {
  const { options, domain, data, warnings } = await resolveConfiguration(config);
  const clock = config.clock ?? systemClock;
  const redact = createRedactor();
  const secret = secretResolver((value) => redact.add(value), {
    literal: undefined,
    store: (name) => stored?.resolve(name) ?? notOpen(name),
  });
  let stored: Services['secrets'] | undefined;
  const network = {
    ...(options.network.proxy === undefined ? {} : { proxy: options.network.proxy }),
    ...(options.network.caFile === undefined ? {} : { ca: readFileSync(options.network.caFile, 'utf8') }),
  };
  const { database, log: logFiles, socket } = placesOf(config);
  const events = createEvents((thrown) =>
    running?.services.log.stream('system').error({ error: thrown }, 'a listener of runtime events threw'),
  );
  let running: Running | undefined;
  let closing: Promise<void> | undefined;

  const services = Effect.gen(function* () {
    const log = yield* Effect.acquireRelease(
      Effect.sync(() => createLog(options.log, logFiles, redact, clock)),
      (opened) => Effect.promise(() => opened.close()),
    );
    for (const warning of warnings) log.stream('system').warn({}, mistakeText(warning));
    const store = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () =>
          openStore({
            path: database,
            clock,
            ...limitsOf(options),
            onWait: (message) => log.stream('system').warn({}, message),
          }),
        catch: (thrown) => thrown as CaudalError,
      }),
      (opened) => Effect.promise(() => opened.close()),
    );
    yield* Effect.tryPromise({
      try: async () => {
        // On a server what others have under way is theirs: it is taken back part by part, by whoever takes a part over.
        const recover = store.claims === null ? recoverPart : {};
        const records = await recover.process?.(store);
        const streams = await recover.collect?.(store);
        const { uncleanStart, logCommits, logFrames, logUnusedBytes, schema, migratedFrom, backup } =
          await store.facts();
        if (migratedFrom !== undefined)
          log
            .stream('system')
            .warn(
              { schema, migratedFrom, backup },
              'the tables were of an older version: a backup was made, then they were changed',
            );
        if (uncleanStart === 1)
          log.stream('system').warn(
            // What the log lost before it was found can not be told from the log.
            {
              records,
              streams,
              attempts: (await store.read.openAttempts()).length,
              logCommits,
              logFrames,
              logUnusedBytes,
            },
            'the last run ended without closing: the database is whole, its log was brought in, what was under way goes on',
          );
      },
      catch: (thrown) => thrown as CaudalError,
    });
    const kept = yield* Effect.tryPromise({
      try: () => openKept({ config, data, domain, store, clock }),
      catch: (thrown) => thrown as CaudalError,
    });
    const traces = options.traces
      ? yield* Effect.tryPromise({ try: () => openTraces(clock), catch: (thrown) => thrown as CaudalError })
      : undefined;
    const waker = createWaker(clock);
    const made = assemble({
      config,
      options,
      kept,
      clock,
      redact,
      secret,
      log,
      events,
      store,
      network,
      ...(traces === undefined ? {} : { traces }),
      wake: (stage: StageName) => waker.wake(stage),
    });
    stored = made.secrets;
    yield* Effect.addFinalizer(() => Effect.promise(async () => made.feed?.close()));
    yield* Effect.tryPromise({ try: () => noteConfiguration(made), catch: (thrown) => thrown as CaudalError });
    const { plugins } = made;
    const instances = [
      ...plugins.providers.values(),
      ...plugins.targets.values(),
      ...plugins.notifiers.values(),
      ...plugins.outlets.values(),
      ...plugins.rules,
    ];
    for (const { name, instance } of instances) {
      yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: async (signal) => instance.start?.({ signal }),
          catch: (thrown) => thrown as CaudalError,
        }),
        () =>
          Effect.tryPromise({ try: async () => instance.close?.(), catch: (thrown) => thrown }).pipe(
            Effect.catch((error) =>
              Effect.sync(() =>
                log.stream('system', { instance: name }).warn({ error }, 'a plugin did not close cleanly'),
              ),
            ),
          ),
      );
    }
    return { made, waker };
  });

  const layer = Layer.effect(
    Caudal,
    Effect.gen(function* () {
      const { made, waker } = yield* services;
      const operations = createOperations(made);
      const served = yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () => serveHttp(made, operations, socket),
          catch: (thrown) => thrown as CaudalError,
        }),
        (http) => Effect.promise(() => http.close()),
      );
      const tenures = startTenures(made, waker, config.rules);
      yield* Effect.addFinalizer(() => drain(made, waker, tenures));
      running = { services: made, waker, operations, url: served.url };
      made.log.stream('system').info(
        {
          database: printableDatabase(database),
          url: served.url,
          points: made.domain.points.size,
          obligations: made.domain.obligations.size,
        },
        'caudal runs',
      );
      return made;
    }),
  );

  const runtime = ManagedRuntime.make(layer);
  return {
    events,
    async start() {
      await runtime.context();
    },
    stop: () => (closing ??= runtime.dispose()),
    get query() {
      if (running === undefined) throw new CaudalError('config', 'the runtime is not started', { sent: 'no' });
      return running.operations;
    },
    async firstAdminToken() {
      return running === undefined ? null : firstAdminToken(running.services);
    },
    get url() {
      return running?.url ?? null;
    },
    get busy() {
      return (running?.services.store.waiting ?? 0) > 0;
    },
  };
};
