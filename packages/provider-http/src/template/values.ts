/** What placeholders stand for in one request. What is absent leaves its query parameter out. */
export interface Values {
  readonly device?: string;
  readonly devices?: readonly string[];
  readonly variable?: string;
  readonly variables?: readonly string[];
  /** `{parameter.NAME}`: free fields of the device's settings. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Instants, UTC milliseconds; `to` belongs to the window or not as the request declares. */
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly page?: number;
  readonly offset?: number;
  readonly cursor?: string | number;
  /** `{secret.NAME}` and `{credential}`, resolved for this request only. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** `{login}`: the token of the login, for messages over a WebSocket. */
  readonly login?: string;
  /** `{message:path}`: of the message that is acknowledged. */
  readonly message?: unknown;
}

export type Value = string | number | readonly string[] | undefined;
