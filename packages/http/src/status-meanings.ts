import type { ErrorKind } from '@caudal/core';

/** What an HTTP status means for whoever asked. `says` continues the sentence "host answered 404: …". */
export interface StatusMeaning {
  readonly kind: ErrorKind;
  readonly says: string;
}

const serverFault: StatusMeaning = { kind: 'transient', says: 'the server is in trouble' };
const refused: StatusMeaning = { kind: 'rejected', says: 'the request was refused' };

/** By status. An adapter whose vendor means something else passes its own entries to `failure`. */
export const statusMeanings: Readonly<Record<number, StatusMeaning>> = {
  400: { kind: 'rejected', says: 'the request was refused as malformed' },
  401: { kind: 'auth', says: 'the credential was refused' },
  402: { kind: 'quota', says: 'the plan or its budget is used up' },
  403: { kind: 'auth', says: 'the credential may not do this' },
  404: { kind: 'config', says: 'there is nothing at this address' },
  405: { kind: 'config', says: 'the address does not take this method' },
  407: { kind: 'config', says: 'the outbound proxy wants credentials' },
  408: { kind: 'timeout', says: 'the server did not get the request in time' },
  409: { kind: 'rejected', says: 'the request is in conflict with what is there' },
  410: { kind: 'config', says: 'the address no longer exists' },
  413: { kind: 'invalid-data', says: 'the request is too large' },
  414: { kind: 'invalid-data', says: 'the address is too long' },
  415: { kind: 'rejected', says: 'the media type was refused' },
  421: { kind: 'transient', says: 'the request reached the wrong server' },
  422: { kind: 'rejected', says: 'the content was refused' },
  423: { kind: 'transient', says: 'the resource is locked' },
  425: { kind: 'transient', says: 'the server wants the request later' },
  429: { kind: 'rate-limit', says: 'too many requests' },
  431: { kind: 'config', says: 'the headers are too large' },
  501: { kind: 'unsupported', says: 'the server does not know this function' },
  505: { kind: 'unsupported', says: 'the server does not speak this version of HTTP' },
};

/** By hundreds, for a status the table does not list. */
const classes: Readonly<Record<number, StatusMeaning>> = {
  1: { kind: 'transient', says: 'the answer is no final answer' },
  3: { kind: 'config', says: 'it redirects elsewhere, which is not followed' },
  4: refused,
  5: serverFault,
};

/** The meaning of a status that is no success. */
export const meaningOf = (status: number, own: Readonly<Record<number, StatusMeaning>> | undefined): StatusMeaning =>
  own?.[status] ??
  statusMeanings[status] ??
  classes[Math.floor(status / 100)] ?? { kind: 'bug', says: 'the answer is not what was expected' };
