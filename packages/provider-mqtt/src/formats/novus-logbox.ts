import { isJsonObject, parseSpelledJson, SpelledNumber } from '@caudal/core';
import { own } from '../body.ts';
import type { Collector } from '../collector.ts';
import { nothingIn } from '../nothing.ts';
import { readTime, type Timing } from '../times.ts';

/** The order of channels when all four are enabled (LogBox Wi-Fi manual, "Frame parameters"). */
const allChannels = ['digital', 'analog1', 'analog2', 'analog3'] as const;

/** int16 limits in tenths: what these loggers send for an open or overdriven sensor. */
export const novusSentinels: readonly number[] = [-3200, 3276.7];

/**
 * `timestamp` is Unix seconds or TDateTime, as the logger is configured; the manual gives both and marks neither. Days since 1899 are
 * below 100000 until the year 2173, and Unix seconds have been above it since the second day of 1970.
 */
const timeOf = (timestamp: unknown, zone: string | undefined): Timing =>
  timestamp instanceof SpelledNumber && timestamp.value >= 100_000
    ? readTime(timestamp, 's', zone)
    : readTime(timestamp, 'tdatetime', zone);

/** Disabled channels are skipped in the list, so a place in it means something only when it is known which ones are there. */
const channelsFor = (count: number, configured: readonly string[] | undefined): readonly string[] | undefined => {
  if (configured !== undefined) return configured.length === count ? configured : undefined;
  return count === allChannels.length ? allChannels : undefined;
};

const readLog = (log: unknown, place: string, out: Collector): void => {
  const values = own(log, 'value_channels');
  if (!isJsonObject(log) || !Array.isArray(values)) return out.problem('the log has no value_channels', place);
  const settings = out.settings(out.device);
  const channels = channelsFor(values.length, settings?.channels);
  const time = timeOf(own(log, 'timestamp'), out.zone(out.device));
  if (channels === undefined) {
    out.problem(
      settings?.channels === undefined
        ? `${values.length} channels are enabled: the device's settings must name them, in order`
        : `${values.length} channels are enabled, and the device's settings name ${settings.channels.length}`,
      `${place}/value_channels`,
    );
  } else {
    for (const [index, value] of values.entries())
      out.add({ variable: channels[index], value, time }, `${place}/value_channels/${index}`);
  }
  const battery = own(log, 'battery');
  if (battery !== undefined) out.add({ variable: 'battery', value: battery, time }, `${place}/battery`);
};

/** NOVUS LogBox: one log of `status/channels`, or logs of `log/channels`, which come after an outage, alone or in a list. */
export const decodeNovusLogbox = (body: Uint8Array, out: Collector): void => {
  const parsed = parseSpelledJson(body);
  if (Array.isArray(parsed)) for (const [index, log] of parsed.entries()) readLog(log, `/${index}`, out);
  else if (isJsonObject(parsed) && own(parsed, 'value_channels') !== undefined) readLog(parsed, '', out);
  else nothingIn('the payload is no log of channels');
};
