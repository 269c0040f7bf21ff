/** How an adapter appears in a generated runtime project. All values are invented. */
export interface Adapter {
  /** What it is, for a person who chooses. */
  readonly about: string;
  /** What the configuration imports it from. */
  readonly from: string;
  /** The factory's name. */
  readonly factory: string;
  /** Under which name it is imported, where another adapter's factory has the same. */
  readonly as?: string;
  /** What else the configuration imports from there. */
  readonly also?: readonly string[];
  /** The factory's argument, as source text. */
  readonly config: string;
  /** Variables of the environment that the configuration or the data refer to. */
  readonly environment?: readonly string[];
}

export interface ProviderAdapter extends Adapter {
  /** The example device, as YAML of one device beside its id and provider. */
  readonly device: readonly string[];
  /** The vendor's names of what the example binds. */
  readonly variables: { readonly total: string; readonly flow: string; readonly level: string };
}

export interface TargetAdapter extends Adapter {
  /** The example obligation, as YAML of one obligation beside its id and target. `{point}` is the point it reports. */
  readonly obligation: readonly string[];
}

export interface NotifierAdapter extends Adapter {
  /** The operator's address, as a YAML value. */
  readonly address: string;
}

const names = { total: 'total', flow: 'flow', level: 'level' };
const ric3d = { total: 'input1Count', flow: 'ai1ActualValue', level: 'ai2ActualValue' };
const spanish = { total: 'pulsos', flow: 'caudal', level: 'nivel' };
const thing = `externalId: '784f394c-42b6-11ee-be56-0242ac120002'`;
const login = (prefix: string) =>
  `{ type: 'login', username: 'reader@example.com', password: 'env:${prefix}_PASSWORD' }`;

/** Vendors by the name their instance gets. */
export const providers: Readonly<Record<string, ProviderAdapter>> = {
  tago: {
    about: 'TagoIO',
    from: '@caudal/provider-tago',
    factory: 'tago',
    config: `{ region: 'us-e1' }`,
    environment: ['TAGO_TOKEN_LOGGER'],
    device: [`externalId: '000000000000000000000001'`, 'credential: env:TAGO_TOKEN_LOGGER'],
    variables: names,
  },
  novus: {
    about: 'NOVUS LogBox, read through TagoIO',
    from: '@caudal/provider-novus',
    factory: 'novus',
    config: `{ logger: 'logbox-3g' }`,
    environment: ['NOVUS_TOKEN_LOGGER'],
    device: [`externalId: '000000000000000000000002'`, 'credential: env:NOVUS_TOKEN_LOGGER'],
    variables: { total: '3grecdi1va', flow: '3grecuc1v', level: '3grecuc2v' },
  },
  thingsboard: {
    about: 'ThingsBoard',
    from: '@caudal/provider-thingsboard',
    factory: 'thingsboard',
    config: `{
      baseUrl: 'https://things.example.com',
      auth: ${login('THINGSBOARD')},
    }`,
    environment: ['THINGSBOARD_PASSWORD'],
    device: [thing],
    variables: names,
  },
  tdata: {
    about: "T>Data, Twin Dimension's ThingsBoard",
    from: '@caudal/provider-tdata',
    factory: 'tdata',
    config: `{
      auth: ${login('TDATA')},
    }`,
    environment: ['TDATA_PASSWORD'],
    device: [thing],
    variables: ric3d,
  },
  twin: {
    about: 'Twin Dimension, which is T>Data',
    from: '@caudal/provider-twin',
    factory: 'twin',
    config: `{
      auth: ${login('TWIN')},
    }`,
    environment: ['TWIN_PASSWORD'],
    device: [thing],
    variables: ric3d,
  },
  thethings: {
    about: 'thethings.iO',
    from: '@caudal/provider-thethings',
    factory: 'thethings',
    config: '',
    environment: ['THETHINGS_TOKEN_LOGGER'],
    device: ['externalId: thing-1', 'credential: env:THETHINGS_TOKEN_LOGGER'],
    variables: spanish,
  },
  thingsio: {
    about: 'ThingsIO, which is thethings.iO',
    from: '@caudal/provider-thingsio',
    factory: 'thingsio',
    config: '',
    environment: ['THINGSIO_TOKEN_LOGGER'],
    device: ['externalId: thing-1', 'credential: env:THINGSIO_TOKEN_LOGGER'],
    variables: spanish,
  },
  nettra: {
    about: 'Nettra RTUs that publish to thethings.iO, as in Chile',
    from: '@caudal/provider-nettra/thethings',
    factory: 'nettra',
    config: '',
    environment: ['NETTRA_TOKEN_RTU'],
    device: ['externalId: rtu-1', 'credential: env:NETTRA_TOKEN_RTU'],
    variables: spanish,
  },
  nettraCloud: {
    about: "Nettra's own cloud, a ThingsBoard",
    from: '@caudal/provider-nettra/thingsboard',
    factory: 'nettra',
    as: 'nettraCloud',
    config: `{
      auth: ${login('NETTRA')},
    }`,
    environment: ['NETTRA_PASSWORD'],
    device: [thing],
    variables: spanish,
  },
  mqtt: {
    about: 'devices or a broker over MQTT',
    from: '@caudal/provider-mqtt',
    factory: 'mqtt',
    also: ['mqttFromEnv'],
    config: `{
      // MQTT_BROKER_HOST, MQTT_BROKER_PORT, MQTT_TLS, MQTT_CLIENT_ID, MQTT_USERNAME, MQTT_PASSWORD, MQTT_KEEPALIVE
      ...mqttFromEnv(),
      topics: [
        {
          topic: 'wells/{externalId}/{variable}',
          format: { type: 'json', value: '/value', time: { path: '/ts', as: 'ms' } },
        },
      ],
    }`,
    environment: ['MQTT_BROKER_HOST', 'MQTT_BROKER_PORT', 'MQTT_USERNAME', 'MQTT_PASSWORD'],
    device: ['externalId: logger-1'],
    variables: names,
  },
  http: {
    about: 'another vendor with JSON over HTTP, by configuration alone',
    from: '@caudal/provider-http',
    factory: 'http',
    config: `{
      baseUrl: 'https://api.example.com',
      secrets: { key: 'env:VENDOR_KEY' },
      auth: [{ type: 'header', name: 'X-API-Key', use: 'key' }],
      pull: {
        range: { path: '/units/{device}/rows', query: { from: '{from:iso}', to: '{to:iso}', limit: '{limit}' } },
        page: { style: 'time' },
      },
      answer: { items: 'data', shape: { type: 'rows' }, time: { at: 'time', format: 'iso' } },
    }`,
    environment: ['VENDOR_KEY'],
    device: ['externalId: unit-1'],
    variables: names,
  },
  manual: {
    about: 'readings typed in, or handed in as CSV',
    from: '@caudal/provider-manual',
    factory: 'manual',
    config: `{ decimal: ',', timeFormat: 'day-first' }`,
    device: ['externalId: logbook', 'settings: { zone: America/Santiago }'],
    variables: names,
  },
};

/** Regulators by the name their instance gets. */
export const targets: Readonly<Record<string, TargetAdapter>> = {
  dga: {
    about: 'DGA, Chile: flow, total and level of a work',
    from: '@caudal/compliance-dga',
    factory: 'dga',
    config: `{ rutEmpresa: '77555666-8' }`,
    environment: ['DGA_PASSWORD'],
    obligation: [
      'work:',
      '  code: OB-0101-114',
      '  settings:',
      '    variant: subterranea',
      `    informant: { rut: 20999888-2, password: 'env:DGA_PASSWORD' }`,
      'standard: MAYOR',
      'from: 2026-01-01T00:00:00-04:00',
      'members:',
      '  caudal: { series: {point}/flow }',
      '  totalizador: { series: {point}/total }',
      '  nivelFreaticoDelPozo: { series: {point}/level }',
    ],
  },
  sma: {
    about: 'SMA, Chile: all parameters of a process, minute by minute',
    from: '@caudal/compliance-sma',
    factory: 'sma',
    config: '',
    environment: ['SMA_PASSWORD'],
    obligation: [
      'work:',
      '  code: 7511/5368',
      `  settings: { titular: { usuario: 11111111-1, password: 'env:SMA_PASSWORD' } }`,
      'standard: MINUTO',
      'from: 2026-01-01T00:00:00-04:00',
      'toleranceMinutes: 1',
      'waitMinutes: 5',
      'members:',
      `  pozo.Q: { series: {point}/flow, settings: { dispositivoId: '12180', nombre: Q, unidad: l/s } }`,
      `  pozo.VA: { series: {point}/total, settings: { dispositivoId: '12180', nombre: VA, unidad: m3 } }`,
    ],
  },
};

/** Channels by the name their instance gets. */
export const notifiers: Readonly<Record<string, NotifierAdapter>> = {
  mail: {
    about: 'e-mail over SMTP',
    from: '@caudal/notifier-email',
    factory: 'email',
    config: `{
      host: 'smtp.example.org',
      user: 'caudal',
      password: 'env:SMTP_PASSWORD',
      from: 'caudal@example.org',
    }`,
    environment: ['SMTP_PASSWORD'],
    address: '{ email: operadora@example.org }',
  },
  sms: {
    about: 'text messages through Twilio',
    from: '@caudal/notifier-sms',
    factory: 'twilio',
    config: `{
      accountSid: 'AC00000000000000000000000000000000',
      authToken: 'env:TWILIO_AUTH_TOKEN',
      from: '+15005550006',
    }`,
    environment: ['TWILIO_AUTH_TOKEN'],
    address: `{ phone: '+56900000001' }`,
  },
  webhook: {
    about: 'signed webhooks to another system',
    from: '@caudal/notifier-webhook',
    factory: 'webhook',
    config: `{ url: 'https://ops.example.com/hooks/caudal', secrets: ['env:OPS_HOOK_SECRET'] }`,
    environment: ['OPS_HOOK_SECRET'],
    address: '{ recipient: operator }',
  },
};
