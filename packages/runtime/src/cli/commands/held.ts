import { systemClock } from '@caudal/core';
import type { HeldSlot } from '../../evidence/held.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

const days = 86_400_000;
const time = (instant: number | null) => (instant === null ? '–' : new Date(instant).toISOString());

const says: Readonly<Record<HeldSlot['held'], string>> = {
  confirmed: 'held, read back and equal',
  differs: 'held with other values',
  received: 'held, not read back',
  unknown: 'sent perhaps',
  none: 'nothing held',
};

const line = ({ slot, held, receipt, since, values, corrections }: HeldSlot): string =>
  [
    time(slot),
    says[held] + (since === null ? '' : ` since ${time(since)}`),
    ...(receipt === null ? [] : [`receipt ${receipt}`]),
    ...Object.entries(values ?? {}).map(([parameter, value]) => `${parameter} ${value ?? 'none'}`),
    ...corrections.map(
      ({ member, state, value, reference }) =>
        `${member} ${state === 'done' ? 'corrected to' : `correction ${state}, to`} ${value ?? 'none'}${
          reference === null ? '' : ` by ${reference}`
        }`,
    ),
  ].join('  ');

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const work = requiredOption('work', values['work']);
  const at = instantOption('at', values['at']) ?? systemClock.now();
  const slots = await ask<readonly HeldSlot[]>(values['config'] as string, 'held', {
    work,
    at,
    from: instantOption('from', values['from']) ?? at - 30 * days,
    to: instantOption('to', values['to']) ?? at + 1,
  });
  out(values['json'] === true ? JSON.stringify(slots) : slots.map(line).join('\n'));
  return exitCodes.ok;
};
