export type { Auth, BasicAuth, BearerAuth, HeaderAuth, LoginAuth, LoginField, PathAuth, QueryAuth } from './auth.ts';
export { type Http, createHttp, type HttpOptions } from './http.ts';
export type { HttpBody, HttpHead, HttpRequest, HttpResponse, HttpStream, StreamRequest } from './messages.ts';
export { networkFailures } from './network-failures.ts';
export { parseRetryAfter } from './retry-after.ts';
export { type Heard, runSocket, type SocketOptions } from './socket.ts';
export { assertSocketNetwork } from './socket-network.ts';
export { type StatusMeaning, statusMeanings } from './status-meanings.ts';
export type { Params, Query } from './target.ts';
