import { expect, test } from 'vitest';
import { isCaudalError } from '@caudal/core';
import { http, type HttpConfig } from '@caudal/provider-http';
import { fakeHost } from '@caudal/testkit';
import { instanceOf } from './pages.ts';

const answer: HttpConfig['answer'] = {
  shape: { type: 'list', value: 'v' },
  time: { at: 't', format: 'iso' },
};
const range = { path: '/{device}', query: { from: '{from:iso}', to: '{to:iso}', limit: '{limit}' } };
const good: HttpConfig = { baseUrl: 'https://api.example.com', pull: { range, page: { style: 'time' } }, answer };

const refusal = (config: unknown): string => {
  try {
    instanceOf(http(config as HttpConfig), fakeHost());
  } catch (thrown) {
    if (!isCaudalError(thrown)) throw thrown;
    expect(thrown).toMatchObject({ kind: 'config', sent: 'no' });
    return thrown.message;
  }
  return 'created';
};

test('the sample that the refusals start from is fine', () => {
  expect(refusal(good)).toBe('created');
});

const cases: readonly (readonly [why: string, config: unknown, says: string])[] = [
  ['nothing to do', { baseUrl: 'https://a.b' }, '(root): one of pull, subscribe and webhook is required'],
  ['no address', { ...good, baseUrl: undefined }, '/baseUrl: is required'],
  ['no answer', { ...good, answer: undefined }, '/answer: is required'],
  ['an unknown key', { ...good, timeout: 1 }, '/timeout: unknown key'],
  [
    'an unknown key inside a shape',
    { ...good, answer: { ...answer, shape: { type: 'list', value: 'v', vaule: 1 } } },
    '/answer/shape/vaule: unknown key',
  ],
  ['an unknown shape', { ...good, answer: { ...answer, shape: { type: 'lisst', value: 'v' } } }, '/answer/shape/type'],
  [
    'a secret that is not there',
    { ...good, auth: [{ type: 'bearer', use: 'key' }] },
    '/auth/0/use: there is no "key" in /secrets',
  ],
  [
    'two credentials that are no headers',
    {
      ...good,
      auth: [
        { type: 'bearer', use: 'credential' },
        { type: 'query', name: 'k', use: 'credential' },
      ],
    },
    '/auth: besides headers one credential',
  ],
  [
    'two credentials in one header',
    {
      ...good,
      auth: [
        { type: 'bearer', use: 'credential' },
        { type: 'header', name: 'Authorization', use: 'credential' },
      ],
    },
    '/auth: two credentials want the header authorization',
  ],
  [
    'a path credential without its place',
    { ...good, auth: [{ type: 'path', use: 'credential' }] },
    '/pull/range/path: the credential goes into the path',
  ],
  [
    'a secret in a query',
    {
      ...good,
      secrets: { key: 'env:KEY' },
      pull: { range: { ...range, query: { ...range.query, key: '{secret.key}' } } },
    },
    '/pull/range/query/key: {secret.key} has no value here',
  ],
  [
    'one variable in a request for several',
    { ...good, pull: { range: { ...range, path: '/{variable}' } } },
    '/pull/range/path: {variable} has no value here',
  ],
  [
    'a window in the latest request',
    { ...good, pull: { latest: { path: '/{from:iso}' } } },
    '/pull/latest/path: {from:iso} has no value here',
  ],
  [
    'a window that does not say how',
    { ...good, pull: { range: { path: '/', query: { from: '{from}' } } } },
    '/pull/range/query/from: {from} must say how',
  ],
  [
    'a pattern without a zone',
    { ...good, pull: { range: { path: '/', query: { from: '{from:dd-MM-yyyy}' } } } },
    'need a zone beside them',
  ],
  [
    'a pattern that is none',
    { ...good, answer: { ...answer, time: { at: 't', format: 'dd-MM-YYYY' } } },
    '/answer/time/format: "Y" is no field of a time pattern',
  ],
  [
    'half a day without a half',
    { ...good, answer: { ...answer, time: { at: 't', format: 'dd-MM-yyyy hh:mm' } } },
    'hours of half a day need a',
  ],
  [
    'a format that is mistyped',
    { ...good, answer: { ...answer, time: { at: 't', format: 'epoch' } } },
    '/answer/time/format: "epoch" is no time format',
  ],
  [
    'a zone that is none',
    { ...good, answer: { ...answer, time: { at: 't', format: 'iso', zone: 'Chile' } } },
    'is no time zone',
  ],
  ['a path that is none', { ...good, answer: { ...answer, items: 'a..b' } }, '/answer/items: "a..b" is no path'],
  [
    'pages without their placeholder',
    { ...good, pull: { range, page: { style: 'cursor', next: 'n' } } },
    '/pull/range: page style cursor needs {cursor}',
  ],
  [
    'pages of which none is known to be full',
    { ...good, pull: { range: { path: '/', query: { from: '{from:iso}', to: '{to:iso}' } }, page: { style: 'time' } } },
    'needs {limit} in the request, or fixedLimit',
  ],
  [
    'pages by time without an end',
    { ...good, pull: { range: { path: '/', query: { from: '{from:iso}', n: '{limit}' } }, page: { style: 'time' } } },
    'page style time needs {to:…}',
  ],
  [
    'pages without a window',
    { ...good, pull: { latest: { path: '/' }, page: { style: 'offset' } } },
    '/pull/page: pages belong to range or feed',
  ],
  ['a window that is not sent', { ...good, pull: { range: { path: '/' } } }, 'a request for a window needs {from:…}'],
  [
    'a feed beside windows',
    { ...good, pull: { range, feed: { path: '/', query: { c: '{cursor}' } }, page: { style: 'cursor', next: 'n' } } },
    '/pull/feed: a feed knows no windows',
  ],
  ['a feed without a cursor', { ...good, pull: { feed: { path: '/' } } }, '/pull/page: a feed needs page style cursor'],
  [
    'several devices with the credential of one',
    {
      ...good,
      auth: [{ type: 'bearer', use: 'credential' }],
      pull: { covers: 'provider', latest: { path: '/', query: { ids: '{devices}' } } },
    },
    'can not carry the credential of one',
  ],
  [
    'a query in the path',
    { ...good, pull: { latest: { path: '/a?b=1' } } },
    '/pull/latest/path: parameters belong into query',
  ],
  [
    'a body with GET',
    { ...good, pull: { latest: { path: '/', body: { json: {} } } } },
    '/pull/latest/body: a GET has no body',
  ],
  [
    'each without a subject',
    { ...good, pull: { latest: { path: '/', query: { k: { each: 'x' } } } } },
    '/pull/latest/query/k/each: each needs {variable} or {device}',
  ],
  [
    'the same mark twice',
    { ...good, answer: { ...answer, values: { decimal: ',', thousands: ',' } } },
    '/answer/values: decimal and thousands',
  ],
  [
    'a rule for every answer',
    { ...good, errors: [{ means: 'transient' }] },
    '/errors/0: a rule needs a status or a condition',
  ],
  [
    'an expression that is none',
    { ...good, errors: [{ when: [{ path: 'm', matches: '(' }], means: 'auth' }] },
    '/errors/0/when/0/matches: "(" is no regular expression',
  ],
  ['a lone brace', { ...good, pull: { latest: { path: '/{device' } } }, 'a brace stands alone'],
  [
    'a login path that is no pointer',
    { ...good, auth: [{ type: 'login', path: '/login', fields: {}, tokenAt: 'token' }] },
    '/auth/0/tokenAt: a JSON pointer starts with /',
  ],
  [
    'a secret glued to text',
    {
      ...good,
      secrets: { p: 'env:P' },
      auth: [{ type: 'login', path: '/login', fields: { p: 'x{secret.p}' }, tokenAt: '/t' }],
    },
    '/auth/0/fields/p: a secret stands alone',
  ],
  [
    'a webhook that keeps its proof',
    {
      answer,
      secrets: { p: 'env:P' },
      webhook: { proof: { type: 'header', name: 'X-Key', use: 'p' }, headers: ['x-key'] },
    },
    '/webhook/headers: x-key carries a secret',
  ],
  ['a WebSocket that is none', { ...good, subscribe: { url: 'https://a.b' } }, '/subscribe/url: must start with ws://'],
  ['a secret with the reserved name', { ...good, secrets: { credential: 'env:P' } }, '/secrets/credential'],
];

test.each(cases)('create refuses %s and says where', (_why, config, says) => {
  expect(refusal(config)).toContain(says);
});
