import { CHILE_REGULATOR_OFFSET_MINUTES, type Calendar, type ComplianceProfile } from '@caudal/core';
import type { SmaOptions } from './config.ts';

const minute = 60_000;

/** Neither the manual nor the instruction says how stored data are changed; the address is that for faults (Res. Ex. 252/2020). */
const smaCorrection =
  'La SMA no publica cómo corregir datos ya almacenados. No los reenvíe: escriba a snifa@sma.gob.cl con UfId, ProcesoId, dispositivo, parámetro, estampa de tiempo en GMT-4, IdVerificacion, valor informado, valor correcto y motivo, y anote aquí la respuesta.';

const hour = 60 * minute;

/** Steps, in minutes, that divide an hour: each slot of every day falls on the same minutes. */
const steps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] as const;

const nameOf = (step: number) => (step === 1 ? 'MINUTO' : step === 60 ? 'HORA' : `CADA_${step}_MINUTOS`);

/**
 * One minute is the rule, other steps are for instruments or instructions that say so (SMA Res. Ex. 252/2020). Neither a deadline nor
 * an end of sending late is published: both are options.
 */
const standardsWith = (dueMinutes: number, maxLagHours: number): Record<string, Calendar> =>
  Object.fromEntries(
    steps.map((step) => [
      nameOf(step),
      {
        every: 'minute',
        ...(step === 1 ? {} : { step }),
        dueMs: dueMinutes * minute,
        maxLag: { ms: maxLagHours * hour },
        delivery: 'online',
      },
    ]),
  );

/**
 * The SMA's rules for a configuration. Parameters are assigned process by process, every one is required, and a set that is not whole
 * is refused. There is no read-back. What a duplicate does is not known: `doubled` is the worst of it, and the outbox acts on that.
 *
 * Flags: raw data are owed, so what the instrument shows is sent, even when suspect; a failed reading is held for a person first.
 */
export const profileFor = ({
  dueMinutes = 60,
  maxLagHours = 168,
  resendRefused = 'immediately',
  resendUnanswered = 'next-calendar-day',
  backlogSpacingMs = 0,
  instantsPerRequest = 1,
  correction = smaCorrection,
}: SmaOptions): ComplianceProfile => ({
  regulator: 'SMA',
  utcOffsetMinutes: CHILE_REGULATOR_OFFSET_MINUTES,
  variants: { proceso: { parameters: {}, assigned: { unitSetting: 'unidad' } } },
  standards: standardsWith(dueMinutes, maxLagHours),
  naturalKey: ['work', 'slot'],
  duplicateMeans: 'doubled',
  readBack: false,
  correction,
  resend: resendRefused,
  resendUnknown: resendUnanswered,
  backlogSpacing: { ms: backlogSpacingMs, per: 'work' },
  flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
  completeness: 'all',
  submissionsPerRequest: instantsPerRequest,
});
