const hour = 3_600_000;

/** Messages a second. */
export const rate = 200;
/** Under it the broker keeps what comes while the runtime is away. */
export const clientId = 'caudal-kill';

const loggers = Array.from({ length: 10 }, (_, index) => `logger-${index}`);

/** One measurement of one logger; no two share an instant, so that the instant is the message's name. */
export interface Message {
  readonly series: string;
  readonly at: number;
  readonly value: number;
  readonly topic: string;
  readonly payload: string;
}

/** The messages of a run, a second apart and all in the past. */
export const messagesFrom = (now: number) => {
  const first = Math.floor(now / hour) * hour - 30 * hour;
  return (number: number): Message => {
    const logger = loggers[number % loggers.length] as string;
    const at = first + 1000 * number;
    const value = 20 + (number % 997) / 1000;
    return {
      series: `${logger}/level`,
      at,
      value,
      topic: `wells/${logger}`,
      payload: JSON.stringify({ ts: at, level: value }),
    };
  };
};

/** Instants of the messages whose payloads lie somewhere in the bytes of a file. */
export const instantsIn = (bytes: Buffer): Set<number> =>
  new Set([...bytes.toString('latin1').matchAll(/\{"ts":(\d{13}),/g)].map(([, at]) => Number(at)));

export const data = {
  points: loggers.map((id) => ({ id, name: id, kind: 'well' as const, series: { level: {} } })),
  devices: loggers.map((id) => ({ id: `device-${id}`, provider: 'mqtt', externalId: id, intervalMinutes: 1 })),
  bindings: loggers.map((id) => ({ device: `device-${id}`, variable: 'level', series: `${id}/level` })),
};
