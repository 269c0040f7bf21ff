import type { Runtime } from '@caudal/runtime';
import { at } from './field/day.ts';
import type { Field } from './field/upload.ts';
import type { World } from './world.ts';

/** Who can be hurt, and who acts. */
export interface Scene {
  readonly world: World;
  readonly field: Field;
  readonly runtime: Runtime;
}

export interface Incident {
  /** Hours from the start. */
  readonly from: number;
  readonly to?: number;
  /** For who watches: what goes wrong, and what is expected of Caudal. */
  readonly says: string;
  readonly begin?: (scene: Scene, now: number) => void | Promise<void>;
  readonly end?: (scene: Scene) => void | Promise<void>;
}

/** A person reads the staff gauge and types it in. */
const readGauge = (value: number) => ({
  says: `a person reads the staff gauge and types in ${value} m`,
  async begin({ runtime, field }: Scene, now: number) {
    const time = now - 10 * 60_000;
    field.truth.push({ device: 'gauge-book', sample: { variable: 'nivel', at: time, value } });
    const readings = [{ variable: 'nivel', time: new Date(time).toISOString(), value }];
    await runtime.query.enter({
      instance: 'manual',
      device: 'gauge-book',
      mediaType: 'application/json',
      body: Buffer.from(JSON.stringify({ readings })),
      author: 'Lectora de ejemplo',
      note: 'daily round',
    });
  },
});

/** Everything that goes wrong in the day, in order. What instruments do is in `field/devices.ts`; here it is only said. */
export const incidents: readonly Incident[] = [
  { from: 1, ...readGauge(1.42) },
  {
    from: 1.5,
    to: 2.25,
    says: 'thethings.iO cuts its streams and is away for 45 minutes: the gap is read afterwards',
    async begin({ world: { thethings } }) {
      for (const thing of thethings.things) thing.drop();
      await thethings.down();
    },
    end: ({ world }) => world.thethings.up(),
  },
  {
    from: 3,
    to: 5,
    says: 'TagoIO answers with a web page, HTTP 502, for two hours: late, not lost',
    begin: ({ world }) => world.tagoio.behave({ always: 'html-502' }),
    end: ({ world }) => world.tagoio.behave({ always: null }),
  },
  {
    from: 4,
    says: 'ThingsBoard voids every token and cuts the WebSocket: one new login, then the gap',
    begin({ world: { thingsboard } }) {
      thingsboard.expireTokens();
      thingsboard.sockets.drop();
    },
  },
  {
    from: 6,
    to: 6.4,
    says: 'the DGA stores what it gets and does not answer: unknown is neither done nor failed',
    begin: ({ world }) => world.dga.behave({ post: { always: 'store-then-hang' } }),
    end: ({ world }) => world.dga.behave({ post: { always: null } }),
  },
  { from: 6, to: 8, says: "the river's logger has no signal: it uploads at 18:30, after newer values" },
  {
    from: 7,
    to: 7.75,
    says: 'T>Data says too many requests, Retry-After 10 minutes: only its own devices wait',
    begin: ({ world }) => world.tdata.behave({ always: 'rate-limit-600' }),
    end: ({ world }) => world.tdata.behave({ always: null }),
  },
  {
    from: 8,
    to: 8.75,
    says: 'the SMA answers with a web page, HTTP 502: sets go again, each once',
    begin: ({ world }) => world.sma.behave({ registros: { always: 'html-502' } }),
    end: ({ world }) => world.sma.behave({ registros: { always: null } }),
  },
  { from: 9, says: "the well's register starts again at zero: the volume goes on" },
  {
    from: 9,
    to: 10,
    says: 'the mail server takes no mail for an hour: messages wait in their outbox',
    begin: ({ world }) => world.smtp.behave({ message: { always: 'refuse-451' } }),
    end: ({ world }) => world.smtp.behave({ message: { always: null } }),
  },
  {
    from: 10,
    to: 10.25,
    says: 'the MQTT broker goes away for 15 minutes: it keeps the session',
    async begin({ world: { broker } }) {
      broker.cut();
      await broker.down();
    },
    end: ({ world }) => world.broker.up(),
  },
  { from: 12, says: 'the campus register shows zero twice and comes back: a glitch, no volume' },
  { from: 19, to: 20, says: "the well's level sensor fails: its readings have no value, and none is invented" },
  {
    from: 21,
    to: 22,
    says: "the river's vendor hangs: nobody else is late",
    begin: ({ world }) => world.riverCloud.behave({ always: 'hang' }),
    end: ({ world }) => world.riverCloud.behave({ always: null }),
  },
  { from: 25, ...readGauge(1.37) },
];

/** What begins and what ends, as one list in order of time. */
export const script = incidents
  .flatMap((incident) => [
    { at: at(incident.from), says: incident.says, run: incident.begin },
    ...(incident.to === undefined ? [] : [{ at: at(incident.to), says: undefined, run: incident.end }]),
  ])
  .toSorted((a, b) => a.at - b.at);
