import type { ThingsBoardSample, ThingsBoardValue } from './telemetry.ts';

export interface RuleChainOptions {
  readonly url: string;
  /** Sent with every request; the rule node signs nothing, so a secret travels in a header of one's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `flat` is the message body with time and device in headers; `timed` has `ts` and `values`. */
  readonly shape?: 'flat' | 'timed';
  /** Names of the headers that carry metadata. Default `deviceName` and `ts`. */
  readonly deviceHeader?: string;
  readonly timeHeader?: string;
}

/** The rule node "REST API call": one request for each instant, tried once, as the node does when no retry is configured. */
export const pushByRuleChain = async (
  device: string,
  samples: readonly ThingsBoardSample[],
  options: RuleChainOptions,
  signal?: AbortSignal,
): Promise<readonly number[]> => {
  const { url, headers = {}, shape = 'flat', deviceHeader = 'deviceName', timeHeader = 'ts' } = options;
  const instants = new Map<number, Record<string, ThingsBoardValue>>();
  for (const { key, ts, value } of samples) instants.set(ts, { ...instants.get(ts), [key]: value });
  const statuses: number[] = [];
  for (const [ts, values] of instants) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...headers,
        [deviceHeader]: device,
        ...(shape === 'flat' ? { [timeHeader]: String(ts) } : {}),
      },
      body: JSON.stringify(shape === 'flat' ? values : { ts, values }),
      ...(signal === undefined ? {} : { signal }),
    });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
};
