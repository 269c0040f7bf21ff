import { create, type NotifierDefinition, type NotifierInstance, type Plugin, schemaOf } from '@caudal/core';
import { call, closeQuietly } from '../conformance/session.ts';
import { type CaseStage, type Outcome, runCase } from './case-run.ts';
import { fileAs, isoOf, requestOf, settingsOf } from './case-values.ts';
import { CaseMessage, type NotifierCase } from './notifier-format.ts';
import type { RecordedCase } from './recorded-case.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyNotifier = NotifierDefinition<any, any>;

type Of<A extends NotifierCase['act']> = Extract<NotifierCase, { act: A }>;

type Act<A extends NotifierCase['act']> = (
  instance: NotifierInstance,
  definition: AnyNotifier,
  stage: CaseStage<Of<A>>,
) => Promise<void>;

const send: Act<'send'> = async (instance, { address }, { given, file, outcome }) => {
  const { message, attachments, idempotencyKey } = given;
  const to: unknown = settingsOf(address, given.to, 'case.json: /to');
  const { externalId } = await instance.send({
    ...call(),
    to,
    idempotencyKey,
    message: {
      ...fileAs(schemaOf(CaseMessage), message.file, file(message.file)),
      ...(attachments === undefined
        ? {}
        : { attachments: attachments.map(({ file: name, ...rest }) => ({ ...rest, content: file(name) })) }),
    },
  });
  outcome['externalId'] = externalId;
};

const delivery: Act<'delivery'> = async (instance, _definition, { given, file, outcome, keep }) => {
  if (instance.delivery === undefined) throw new Error('case.json: the plugin has no delivery');
  const request = requestOf(given.request, file(given.request.file));
  await instance.delivery.verify(request, call());
  const { events, response } = instance.delivery.accept(request);
  keep(events, response);
  outcome['events'] = events.map((event) => ({ ...event, at: isoOf(event.at) }));
  const { status, body } = response;
  outcome['response'] = { status, ...(body === undefined ? {} : { body: Buffer.from(body).toString('utf8') }) };
};

const acts: { readonly [A in NotifierCase['act']]: Act<A> } = { send, delivery };

/** Runs the case of a notifier and gives what came out. */
export const runNotifierCase = (
  recorded: RecordedCase<NotifierCase>,
  plugin: (config: never) => Plugin<AnyNotifier>,
): Promise<Outcome> => {
  const { given } = recorded;
  const now = given.now ?? (given.act === 'delivery' ? given.request.receivedAt : '2026-01-01T00:00:00Z');
  return runCase(recorded, Date.parse(now), async (stage) => {
    const made = plugin(stage.given.config as never);
    const instance: NotifierInstance = create(made, stage.host);
    try {
      await instance.start?.(call());
      await (acts[given.act] as Act<NotifierCase['act']>)(instance, made.definition, stage);
    } finally {
      await closeQuietly(instance);
    }
  });
};
