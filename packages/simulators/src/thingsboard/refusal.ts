import { type Answer, json } from '../loopback.ts';

/** ThingsBoard writes the time of an error as a number; servers before 3.5 as a text. */
export type ErrorTime = 'epoch' | 'iso';

/** Error bodies as the server source writes them (ThingsboardErrorResponse). */
export const createRefusals = (now: () => number, errorTime: ErrorTime) => {
  const refuse = (status: number, errorCode: number, message: string): Answer => {
    const timestamp = errorTime === 'epoch' ? now() : new Date(now()).toISOString().replace('Z', '+00:00');
    return json(status, { status, message, errorCode, timestamp });
  };
  return {
    badCredentials: () => refuse(401, 10, 'Invalid username or password'),
    locked: () => refuse(401, 10, 'User account is locked due to security policy'),
    unauthenticated: () => refuse(401, 10, 'Authentication failed'),
    expired: () => refuse(401, 11, 'Token has expired'),
    passwordExpired: () => refuse(401, 15, 'User password expired!'),
    forbidden: () => refuse(403, 20, "You don't have permission to perform this operation!"),
    bad: (message: string) => refuse(400, 31, message),
    missing: () => refuse(404, 32, "Requested item wasn't found!"),
    rateLimited: (seconds?: number): Answer => {
      const answer = refuse(429, 33, 'Too many requests for current tenant!');
      return seconds === undefined
        ? answer
        : { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
    },
    notAllowed: () => refuse(405, 2, 'Request method is not supported'),
  };
};

export type Refusals = ReturnType<typeof createRefusals>;
