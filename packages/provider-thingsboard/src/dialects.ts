import type { Query } from '@caudal/http';

/** ThingsBoard as it speaks itself, or behind the T>Data gateway, which keeps its shapes under shorter paths. */
export type Dialect = 'native' | 'gateway';

/** What differs between the two. Paths are appended to the base URL. */
export interface DialectWords {
  readonly login: string;
  /** Header that carries the token of a login, after `Bearer `. */
  readonly header: string;
  readonly telemetry: string;
  readonly devices: string;
  readonly assets: string | undefined;
  /** Asks for the oldest first. The other dialect's word is ignored by the server, which then answers newest first. */
  readonly ascending: Query;
}

/**
 * Native: ThingsBoard server source (AuthController, TelemetryController, DeviceController, AssetController). Gateway: as read in
 * production, which uses `login` and `telemetry`; `devices` was seen in scripts only.
 */
export const dialects: Readonly<Record<Dialect, DialectWords>> = {
  native: {
    login: '/api/auth/login',
    header: 'X-Authorization',
    telemetry: '/api/plugins/telemetry',
    devices: '/api/tenant/devices',
    assets: '/api/tenant/assets',
    ascending: { orderBy: 'ASC' },
  },
  gateway: {
    login: '/login',
    header: 'Authorization',
    telemetry: '/telemetry',
    devices: '/devices',
    assets: undefined,
    ascending: { asc: 'true' },
  },
};
