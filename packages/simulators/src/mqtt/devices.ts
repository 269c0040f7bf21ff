import type { MqttMessage } from './message.ts';

const json = (topic: string, payload: unknown): MqttMessage => ({ topic, payload: JSON.stringify(payload) });

/** A thing of thethings.iO: its token is its topic. */
export const thethingsThing = (token: string) => ({
  /** `bare`: the list alone, without `{"values": …}` around it. */
  values(at: number, values: Readonly<Record<string, unknown>>, bare = false): MqttMessage {
    const items = Object.entries(values).map(([key, value]) => ({
      key,
      value,
      datetime: new Date(at).toISOString(),
    }));
    return json(`v2/things/${token}`, bare ? items : { values: items });
  },
});

/** Days since 1899-12-30 on the wall clock of an offset, with eight digits as the manual shows. */
const tdatetime = (at: number, offsetMinutes: number) =>
  Number(((at + offsetMinutes * 60_000 - Date.UTC(1899, 11, 30)) / 86_400_000).toFixed(8));

export interface LogBoxOptions {
  readonly serial: string;
  /** How its clock is configured to be written. Default `tdatetime`. */
  readonly clock?: 'tdatetime' | 'unix';
  /** Its GMT setting. Default −240. */
  readonly offsetMinutes?: number;
}

/** A NOVUS LogBox Wi-Fi, after its manual. */
export const novusLogBox = ({ serial, clock = 'tdatetime', offsetMinutes = -240 }: LogBoxOptions) => {
  const channels = (topic: string, at: number, values: readonly number[]) =>
    json(`novus/${serial}/${topic}/channels`, {
      n_channels: values.length,
      timestamp: clock === 'unix' ? Math.round(at / 1000) : tdatetime(at, offsetMinutes),
      battery: 5.69,
      value_channels: values,
      alarm_low: values.map(() => 0),
      alarm_high: values.map(() => 0),
      buzzer_state: 0,
    });
  return {
    /** The newest log. Values: digital channel first, then analog 1 to 3; disabled channels are left out. */
    status: (at: number, values: readonly number[]): MqttMessage => channels('status', at, values),
    /** A log from its memory, sent after an outage. */
    log: (at: number, values: readonly number[]): MqttMessage => channels('log', at, values),
  };
};

/** A gateway of ThingsBoard. */
export const thingsboardGateway = () => ({
  telemetry: (devices: Readonly<Record<string, readonly { ts: number; values: object }[]>>): MqttMessage =>
    json('v1/gateway/telemetry', devices),
});

/** An end device of The Things Stack, as its MQTT server shows it. Its JSON leaves out fields that are zero. */
export const ttsDevice = ({ application = 'wells@tenant', deviceId = 'well-1', devEui = '70B3D57ED0000001' } = {}) => ({
  uplink(at: number, decoded: object, frame = 0): MqttMessage {
    const time = new Date(at).toISOString();
    return json(`v3/${application}/devices/${deviceId}/up`, {
      end_device_ids: {
        device_id: deviceId,
        application_ids: { application_id: application.split('@')[0] },
        dev_eui: devEui,
      },
      received_at: new Date(at + 200).toISOString(),
      uplink_message: {
        session_key_id: 'AYfJ1fMvUtM7WPZR3e7Zuw==',
        f_port: 2,
        ...(frame === 0 ? {} : { f_cnt: frame }),
        frm_payload: 'AQIDBA==',
        decoded_payload: decoded,
        received_at: time,
      },
    });
  },
});

/** A device of ChirpStack v4, as its MQTT integration shows it. */
export const chirpstackDevice = ({
  application = '17c82e96-be03-4f38-aef3-f83d48582d97',
  devEui = '0101010101010101',
} = {}) => ({
  uplink: (at: number, object: object, frame = 0): MqttMessage =>
    json(`application/${application}/device/${devEui}/event/up`, {
      deduplicationId: `00000000-0000-4000-8000-${frame.toString(16).padStart(12, '0')}`,
      time: new Date(at).toISOString(),
      deviceInfo: { tenantName: 'Tenant', applicationId: application, deviceName: 'Well', devEui },
      fCnt: frame,
      fPort: 2,
      data: 'AQIDBA==',
      object,
    }),
});
