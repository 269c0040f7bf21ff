import {
  create,
  type DecodeContext,
  type Decoded,
  type DeviceRef,
  type Json,
  type Plugin,
  type ProviderDefinition,
  type ProviderInstance,
  type RawEnvelope,
  type RawInput,
  type RawRecord,
  type Reading,
} from '@caudal/core';
import { withinBudget } from '../conformance/decode-budget.ts';
import { call, closeQuietly } from '../conformance/session.ts';
import type { RecordedCase } from './recorded-case.ts';
import { isoOf, requestOf, settingsOf } from './case-values.ts';
import { asReference, type CaseStage, type Outcome, runCase } from './case-run.ts';
import type { CaseRecord, ProviderCase } from './provider-format.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyProvider = ProviderDefinition<any, any, any>;

type Of<A extends ProviderCase['act']> = Extract<ProviderCase, { act: A }>;
type Stage<A extends ProviderCase['act']> = CaseStage<Of<A>>;

/** Of a case that says no time of its own. */
const anyInstant = '2026-01-01T00:00:00Z';

/** When a case happens, UTC milliseconds. */
const nowOf = (given: ProviderCase): number => {
  const own: Record<ProviderCase['act'], () => string | undefined> = {
    decode: () => (given as Of<'decode'>).record.receivedAt,
    pull: () => (given as Of<'pull'>).window?.to,
    subscribe: () => undefined,
    webhook: () => (given as Of<'webhook'>).request.receivedAt,
    check: () => undefined,
  };
  return Date.parse(given.now ?? own[given.act]() ?? anyInstant);
};

const devicesOf = ({ devices }: ProviderCase, { device, variable }: AnyProvider): DeviceRef[] =>
  devices.map(({ id, externalId, credential, settings = {}, variables = [] }, index) => ({
    id,
    externalId,
    ...(credential === undefined ? {} : { credential: asReference(credential) }),
    settings: settingsOf(device, settings, `/devices/${index}/settings`),
    variables: variables.map((one, place) => {
      const { name, settings: own } = typeof one === 'string' ? { name: one, settings: {} } : one;
      return { name, settings: settingsOf(variable, own, `/devices/${index}/variables/${place}/settings`) };
    }),
  }));

const instantOf = (instant: number | string) => (typeof instant === 'number' ? instant : Date.parse(instant));

const recordOf = (id: string, { receivedAt, envelope }: CaseRecord, body: Uint8Array): RawRecord => {
  const { asked, ...rest } = envelope;
  const window = asked?.window;
  return {
    id,
    receivedAt: Date.parse(receivedAt),
    body,
    envelope: {
      ...rest,
      ...(asked === undefined
        ? {}
        : {
            asked: {
              ...asked,
              ...(window === undefined ? {} : { window: { from: instantOf(window.from), to: instantOf(window.to) } }),
            },
          }),
    } as RawEnvelope,
  };
};

const shownReading = ({ at, vendorAt, ...rest }: Reading) => ({
  ...rest,
  at: isoOf(at),
  ...(vendorAt === undefined ? {} : { vendorAt: isoOf(vendorAt) }),
});

/** Readings and problems add up over the records of a case. */
const add = (outcome: Outcome, { readings, problems }: Decoded) => {
  outcome['readings'] = [...((outcome['readings'] as object[] | undefined) ?? []), ...readings.map(shownReading)];
  outcome['problems'] = [
    ...((outcome['problems'] as string[] | undefined) ?? []),
    ...problems.map(({ reason }) => reason),
  ];
};

const contextOf = (devices: readonly DeviceRef[], needed?: RawRecord): DecodeContext => ({
  settings: (externalDevice) => devices.find(({ externalId }) => externalId === externalDevice)?.settings,
  externalId: (id) => devices.find((device) => device.id === id)?.externalId,
  ...(needed === undefined ? {} : { needed }),
});

type Act<A extends ProviderCase['act']> = (
  instance: ProviderInstance,
  devices: readonly DeviceRef[],
  stage: Stage<A>,
) => Promise<void>;

const decodeAll = (
  instance: ProviderInstance,
  devices: readonly DeviceRef[],
  inputs: readonly RawInput[],
  { outcome, host, keep }: CaseStage<ProviderCase>,
) => {
  for (const [index, { body, envelope }] of inputs.entries()) {
    keep(envelope);
    add(
      outcome,
      withinBudget(() =>
        instance.decode({ id: `raw-${index + 1}`, receivedAt: host.clock.now(), body, envelope }, contextOf(devices)),
      ),
    );
  }
};

const absent = (part: string) => new Error(`case.json: the plugin has no ${part}`);

const decode: Act<'decode'> = async (instance, devices, { given, file, outcome }) => {
  const { record, needed } = given;
  const before = needed && recordOf('raw-0', needed, file(needed.file));
  const [stored, context] = [recordOf('raw-1', record, file(record.file)), contextOf(devices, before)];
  add(
    outcome,
    withinBudget(() => instance.decode(stored, context)),
  );
};

const pull: Act<'pull'> = async (instance, devices, stage) => {
  const { given, server, outcome, keep } = stage;
  if (instance.pull === undefined) throw absent('pull');
  const { window, limit = 100, answers } = given;
  let page: Json | undefined;
  for (let pulls = 1; pulls <= answers.length; pulls += 1) {
    const result = await instance.pull({
      ...call(),
      devices,
      limit,
      ...(window === undefined ? {} : { window: { from: Date.parse(window.from), to: Date.parse(window.to) } }),
      ...(page === undefined ? {} : { page }),
    });
    page = result.page;
    keep(page);
    decodeAll(instance, devices, result.records, stage);
    outcome['more'] = page !== undefined;
    if (page === undefined || server.left() === 0) return;
  }
};

/** What the stream brought before it ended is decoded, and compared beside the error that its end is. */
const subscribe: Act<'subscribe'> = async (instance, devices, stage) => {
  if (instance.subscribe === undefined) throw absent('subscribe');
  const emitted: RawInput[] = [];
  stage.outcome['connected'] = false;
  try {
    await instance.subscribe({
      ...call(),
      devices,
      connected() {
        stage.outcome['connected'] = true;
      },
      emit: async (records) => {
        emitted.push(...records);
      },
    });
  } finally {
    decodeAll(instance, devices, emitted, stage);
  }
};

const webhook: Act<'webhook'> = async (instance, devices, stage) => {
  const { given, file, outcome } = stage;
  const { webhook: hook } = instance;
  if (hook === undefined) throw absent('webhook');
  const request = requestOf(given.request, file(given.request.file));
  await hook.verify(request, call());
  const { records, response } = hook.accept(request);
  const { status, body } = response;
  outcome['response'] = { status, ...(body === undefined ? {} : { body: Buffer.from(body).toString('utf8') }) };
  decodeAll(instance, devices, records, stage);
};

const check: Act<'check'> = async (instance, devices, { outcome, keep }) => {
  const [device] = devices;
  const result = await instance.check({ ...call(), ...(device === undefined ? {} : { device }) });
  keep(result);
  outcome['ok'] = result.ok;
  outcome['message'] = result.message;
};

const acts: { readonly [A in ProviderCase['act']]: Act<A> } = { decode, pull, subscribe, webhook, check };

/** Runs the case of a provider and gives what came out. `decode` needs no start, and gets none. */
export const runProviderCase = (
  recorded: RecordedCase<ProviderCase>,
  plugin: (config: never) => Plugin<AnyProvider>,
): Promise<Outcome> =>
  runCase(recorded, nowOf(recorded.given), async (stage) => {
    const { given, host } = stage;
    const made = plugin(given.config as never);
    const devices = devicesOf(given, made.definition);
    const instance: ProviderInstance = create(made, host);
    try {
      if (given.act !== 'decode') await instance.start?.(call());
      await (acts[given.act] as Act<ProviderCase['act']>)(instance, devices, stage);
    } finally {
      await closeQuietly(instance);
    }
  });
