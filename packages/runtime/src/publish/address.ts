import type { OutletMessage } from '@caudal/core';
import { fillTopic } from '../config/topic-template.ts';
import type { OutletEntry } from '../plugins.ts';
import type { OutgoingKind } from '../store/outgoing.ts';
import type { PublishedMessage } from './message.ts';

/** Stands in a topic for the point of what belongs to none, or to several. */
const noPoint = '-';

/** Kinds of change that an outlet is for. */
export const kindsOf = ({ use: { values, events } }: OutletEntry): readonly OutgoingKind[] => [
  ...(values === undefined ? [] : (['value'] as const)),
  ...(values?.status === 'any' ? (['provisional'] as const) : []),
  ...(events?.kinds ?? []),
];

const keyOf = (message: PublishedMessage): string => {
  if (message.type === 'value') return message.series;
  return message.type === 'alert' ? message.alert.subject : message.submission.id;
};

/**
 * A message with its topic and key.
 *
 * @param newest by series: the instant of the newest value, where the broker is to keep it
 */
export const addressed = (
  { use, capabilities: { topics } }: OutletEntry,
  message: PublishedMessage,
  newest: ReadonlyMap<string, number> | undefined,
): OutletMessage => {
  const ofValue = message.type === 'value';
  const template = ofValue ? (use.values?.topic ?? topics.values) : (use.events?.topic ?? topics.events);
  const filling = ofValue
    ? { point: message.point, series: message.series }
    : { event: message.event, point: (message.type === 'alert' ? message.alert.point : null) ?? noPoint };
  return {
    topic: fillTopic(template, topics, filling),
    key: keyOf(message),
    body: JSON.stringify(message),
    retain: ofValue && newest !== undefined && Date.parse(message.at) >= (newest.get(message.series) ?? -Infinity),
  };
};
