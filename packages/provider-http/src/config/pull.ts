import { closedObject, type Static, Type } from '@caudal/core';
import { Request } from './request.ts';

const more = {
  more: Type.Optional(Type.String({ description: 'Where the body says that there is more: a path to true or false.' })),
  total: Type.Optional(
    Type.String({ description: 'Where the body says how many rows there are: a path to a number.' }),
  ),
};

export const PageStyle = Type.Union(
  [
    closedObject({ style: Type.Literal('none', { description: 'One answer is all.' }) }),
    closedObject({ style: Type.Literal('offset', { description: 'How many rows to skip: {offset}.' }), ...more }),
    closedObject({
      style: Type.Literal('number', { description: 'The number of the page: {page}.' }),
      first: Type.Optional(Type.Integer({ minimum: 0, description: 'Number of the first page; default 1.' })),
      ...more,
    }),
    closedObject({
      style: Type.Literal('cursor', { description: 'What the answer says comes next: {cursor}.' }),
      next: Type.String({
        description: 'Where the next cursor is in the body: a path. None, null and empty end the pages.',
      }),
    }),
    closedObject({
      style: Type.Literal('time', {
        description:
          'By the times of the rows: {from} or {to} move to the last one, whichever way the answer is ordered.',
      }),
    }),
  ],
  { description: 'How an answer that is full goes on: none (default), offset, number, cursor or time.' },
);

export type PageStyle = Static<typeof PageStyle>;

export const Pull = closedObject(
  {
    covers: Type.Optional(
      Type.Union([Type.Literal('variable'), Type.Literal('device'), Type.Literal('provider')], {
        description:
          'What one request asks for: one variable, several variables of a device (default), or several devices.',
      }),
    ),
    latest: Type.Optional(Type.Unsafe<Request>({ ...Request, description: 'The request for the newest values.' })),
    range: Type.Optional(Type.Unsafe<Request>({ ...Request, description: 'The request for a window of time.' })),
    feed: Type.Optional(
      Type.Unsafe<Request>({
        ...Request,
        description:
          'Instead of both: the request for whatever is new after {cursor}, for vendors that know no windows.',
      }),
    ),
    page: Type.Optional(PageStyle),
    order: Type.Optional(
      Type.Union([Type.Literal('ascending'), Type.Literal('descending'), Type.Literal('unknown')], {
        description: 'How rows are ordered by time; default unknown: taken from each answer.',
      }),
    ),
    limitPer: Type.Optional(
      Type.Union([Type.Literal('answer'), Type.Literal('variable')], {
        description: 'What {limit} counts: the rows of an answer (default), or those of each variable.',
      }),
    ),
    maxLimit: Type.Optional(Type.Integer({ minimum: 1, description: 'Most rows that may be asked for; default 100.' })),
    fixedLimit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Rows of a full answer, where the vendor does not let one ask.' }),
    ),
    maxVariables: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Most variables in one request; default 20.' }),
    ),
    maxDevices: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Most devices in one request of a provider; default 20.' }),
    ),
    maxWindowMs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Longest window of one request, milliseconds.' }),
    ),
  },
  { description: 'What is asked for.' },
);

export type Pull = Static<typeof Pull>;
