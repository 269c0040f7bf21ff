import type { RawRecord } from '@caudal/core';
import type { Collector } from '../collector.ts';
import type { MqttFormat } from '../config.ts';
import { decodeJson } from './json.ts';
import { decodeChirpstack, decodeTheThingsStack } from './lorawan.ts';
import { decodeNovusLogbox, novusSentinels } from './novus-logbox.ts';
import { decodeSparkplugB } from './sparkplug-b.ts';
import { decodeThethings } from './thethings.ts';
import { decodeThingsboardDevice, decodeThingsboardGateway } from './thingsboard.ts';

/** What is known of a payload format. */
export interface FormatEntry<F extends MqttFormat = MqttFormat> {
  /** The topic of the vendor's documentation. */
  readonly topic?: string;
  /** Fault codes of the vendor's devices. */
  readonly sentinels?: readonly number[];
  decode(body: Uint8Array, out: Collector, format: F, record: RawRecord, needed?: RawRecord): void;
}

type Formats = { readonly [T in MqttFormat['type']]: FormatEntry<Extract<MqttFormat, { type: T }>> };

/** Every named payload format. */
const formats: Formats = {
  json: { decode: decodeJson },
  thethings: { topic: 'v2/things/{credential}', decode: decodeThethings },
  'novus-logbox': {
    topic: 'novus/{externalId}/{kind}/channels',
    sentinels: novusSentinels,
    decode: decodeNovusLogbox,
  },
  'thingsboard-device': { decode: decodeThingsboardDevice },
  'thingsboard-gateway': { topic: 'v1/gateway/telemetry', decode: decodeThingsboardGateway },
  'the-things-stack': { topic: 'v3/{application}/devices/{externalId}/up', decode: decodeTheThingsStack },
  chirpstack: { topic: 'application/{application}/device/{externalId}/event/up', decode: decodeChirpstack },
  'sparkplug-b': {
    topic: 'spBv1.0/{group}/{type}/{node}/#',
    decode: (body, out, _format, record, needed) => decodeSparkplugB(body, out, record, needed),
  },
};

/** The entry of a format, whichever it is. */
export const entryOf = (format: MqttFormat): FormatEntry => formats[format.type];
