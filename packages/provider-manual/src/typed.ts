import { isJsonObject, parseSpelledJson, type Reading, readValue } from '@caudal/core';
import type { Collector } from './collector.ts';
import type { ManualConfig } from './config.ts';
import { nothingIn } from './nothing.ts';
import { instantIn } from './times.ts';

const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const readingIn = (item: unknown, config: ManualConfig, collector: Collector): Reading | string => {
  if (!isJsonObject(item)) return 'it is no object';
  const { device: written, variable: name, time, value, unit } = item;
  if (written !== undefined && typeof written !== 'string') return 'device is no text';
  const named = collector.deviceOf(textIn(written));
  if ('refused' in named) return named.refused;
  const variable = textIn(name);
  if (variable === '') return 'nothing names the variable';
  if (value === undefined) return 'there is no value';
  if (time !== undefined && typeof time !== 'string') return 'time is no text';
  const { device } = named;
  const settings = collector.settings(device);
  const at = instantIn(textIn(time), 'iso', settings?.zone);
  if (typeof at !== 'number') return at.unreadable;
  const unitText = textIn(unit);
  return {
    device,
    variable,
    at,
    ...readValue(value, settings?.sentinels ?? config.sentinels),
    ...(unitText === '' ? {} : { unit: unitText }),
  };
};

/**
 * Readings that a form sends: `{ "readings": [{ "device"?, "variable", "time", "value", "unit"? }] }`, times in ISO 8601, decimal points.
 */
export const readTyped = (body: Uint8Array, config: ManualConfig, collector: Collector): void => {
  const whole = parseSpelledJson(body);
  const items = isJsonObject(whole) ? whole['readings'] : undefined;
  if (!Array.isArray(items)) return nothingIn('the body has no list of readings');
  const maxRows = config.maxRows ?? 200_000;
  if (items.length > maxRows) return nothingIn(`the body has more than ${maxRows} readings`);
  for (const [index, item] of items.entries()) {
    const found = readingIn(item, config, collector);
    if (typeof found === 'string') collector.problem(`/readings/${index}`, found);
    else collector.add(found);
  }
};
