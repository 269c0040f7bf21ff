/** How an adapter appears in a generated runtime project. All values are invented. */
export interface Adapter {
  /** What it is, for a person who chooses. */
  readonly about: string;
  /** What the configuration imports it from. */
  readonly from: string;
  /** The factory's name. */
  readonly factory: string;
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
};
