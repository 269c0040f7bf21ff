import { describe, expect, test } from 'vitest';
import { CaudalError, errorKinds, isCaudalError, toCaudalError } from '@caudal/core';

test('the defaults are the careful ones', () => {
  const error = new CaudalError('transient', 'no answer');
  expect(error).toMatchObject({ name: 'CaudalError', sent: 'maybe', scope: 'instance', kind: 'transient' });
  expect(error).toBeInstanceOf(Error);
  expect('cause' in error).toBe(false);
});

test('every kind is known by name', () => {
  for (const kind of errorKinds) expect(isCaudalError(new CaudalError(kind, 'x'))).toBe(true);
});

describe('recognised by mark, not by class', () => {
  test('another copy of core', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('caudal.error')]: true, kind: 'auth' });
    expect(isCaudalError(foreign)).toBe(true);
    expect(toCaudalError(foreign)).toBe(foreign);
  });

  test.each([[new Error('x')], [null], [undefined], ['x'], [{ kind: 'auth' }]])('%s is none', (value) => {
    expect(isCaudalError(value)).toBe(false);
  });
});

test.each([
  [new TypeError('boom'), 'TypeError: boom'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('what nobody classified is a bug, with its cause: %s', (thrown, detail) => {
  const error = toCaudalError(thrown, 'while pulling');
  expect(error).toMatchObject({ kind: 'bug', message: `while pulling: ${detail}`, detail, sent: 'maybe' });
  expect(error.cause).toBe(thrown);
});
