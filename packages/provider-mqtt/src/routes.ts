import { CaudalError } from '@caudal/core';
import type { MqttConfig, MqttTopic } from './config.ts';
import { entryOf, type FormatEntry } from './formats/table.ts';
import { assertZone } from './times.ts';
import { capture, type Captured, CREDENTIAL, fill, type Template, templateOf } from './topics.ts';

/** A configured topic, ready to match. */
export interface Route {
  readonly template: Template;
  readonly topic: MqttTopic;
  readonly entry: FormatEntry;
  readonly qos: 0 | 1;
}

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no' });
};

/** A JSON mapping that could never make a reading is a mistake of its writer. */
const assertMapping = ({ device, format }: MqttTopic, { text, levels, secrets }: Template): void => {
  if (format.type !== 'json') return;
  const names = new Set(levels.flatMap((level) => level.names));
  const says = (what: 'device' | 'variable') => format[what] !== undefined || format.keys === what;
  if (!says('device') && device === undefined && !names.has('externalId') && !secrets.includes(CREDENTIAL))
    refuse(`topic ${JSON.stringify(text)}: nothing names the device`);
  if (format.value !== undefined && !says('variable') && !names.has('variable'))
    refuse(`topic ${JSON.stringify(text)}: nothing names the variable of the value`);
};

const routeOf = (topic: MqttTopic): Route => {
  const entry = entryOf(topic.format);
  const text = topic.topic ?? entry.topic ?? refuse(`format ${topic.format.type} has no topic of its own: say topic`);
  const shared = Object.keys(topic.secrets ?? {});
  const template = templateOf(text, shared);
  const unused = shared.find((name) => name === CREDENTIAL || !template.secrets.includes(name));
  if (unused !== undefined) refuse(`topic ${JSON.stringify(text)} has no place for the secret ${unused}`);
  if (topic.zone !== undefined) assertZone(topic.zone);
  assertMapping(topic, template);
  return { template, topic, entry, qos: topic.qos ?? 1 };
};

/**
 * Checks what a schema cannot.
 * @throws CaudalError kind `config`
 */
export const routesOf = ({ topics }: MqttConfig): readonly Route[] => topics.map(routeOf);

/** The first topic of the configuration that an arriving one fits. */
export const routeFor = (
  routes: readonly Route[],
  topic: string,
): { readonly route: Route; readonly captured: Captured } | undefined => {
  for (const route of routes) {
    const captured = capture(route.template, topic);
    if (captured !== undefined) return { route, captured };
  }
  return undefined;
};

/** The external id that a topic names: by its configuration, or by `{externalId}`. */
export const deviceOf = ({ topic }: Route, { names }: Captured): string | undefined =>
  topic.device === undefined ? names['externalId'] : fill(topic.device, names);
