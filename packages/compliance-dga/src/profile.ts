import {
  CHILE_REGULATOR_OFFSET_MINUTES,
  type Calendar,
  type ComplianceProfile,
  type ProfileParameter,
} from '@caudal/core';
import type { DgaOptions } from './config.ts';
import { variants, type Variant } from './variants.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Shortest month: what is due in a month is due before any month's lag ends. */
const month = 28 * day;

/** The manual has no way to change what was received (§6.3 forbids to send it again); the desk is that of the DGA's support pages. */
const dgaCorrection =
  'La DGA no publica cómo corregir una medición recibida y prohíbe reenviarla (Manual Técnico 1/2025, §6.3). Pida la corrección en la mesa de ayuda MEE (snia.mop.gob.cl/ticket/mee) con código de obra, fecha y hora en UTC−4, comprobante, valor informado, valor correcto y motivo, y anote aquí el número del ticket.';

/**
 * Cadence, delivery and lag: the DGA's leaflet as quoted by secondary sources, corroborated in part. One hour for online
 * delivery: Manual Técnico N° 1/2025, 3. Standards that are handed over name no deadline but their lag, so that is when
 * they are due.
 *
 * `SIN_ESTANDAR` is for works to which no resolution has given a standard. Nothing fixes their cadence: the mildest one of
 * the others stands here, and nothing leaves by itself.
 */
const standardsWith = (smallFlowMonths: readonly number[]): Record<string, Calendar> => ({
  MAYOR: { every: 'hour', dueMs: hour, maxLag: { ms: 7 * day }, delivery: 'online' },
  MEDIO: { every: 'day', dueMs: 15 * day, maxLag: { ms: 15 * day }, delivery: 'manual' },
  MENOR: { every: 'month', dueMs: month, maxLag: { months: 1 }, delivery: 'manual' },
  CAUDALES_MUY_PEQUENOS: {
    every: 'year',
    months: smallFlowMonths,
    dueMs: month,
    maxLag: { months: 1 },
    delivery: 'manual',
  },
  SIN_ESTANDAR: { every: 'month', dueMs: month, maxLag: { months: 1 }, delivery: 'manual' },
});

/** A parameter that some works may leave empty is not required of all; `validate` asks the work's settings. */
const parametersOf = (variant: Variant): Record<string, ProfileParameter> =>
  Object.fromEntries(
    Object.entries(variant.parameters).map(([name, { unit, decimals, emptyFor, description }]) => [
      name,
      { unit, decimals, required: emptyFor.length === 0, description },
    ]),
  );

/** Least time between sends of backlog. Source: Manual Técnico N° 1/2025, 6.1. */
const backlogSpacingMs = 5 * minute;

const spacedPer = { obra: 'work', centro: 'instance' } as const;

/**
 * The DGA's rules for a configuration. Source of the resend calendar: Manual Técnico N° 1/2025, 6.2 (once, the day after,
 * and so on until `00`); of the duplicate: production (the key is work, date and hour; nothing is updated).
 *
 * Flags: a suspect reading is sent, because the regulator gets what the instrument shows, even a defective one; a failed
 * one is held for a person first.
 */
export const profileFor = ({
  backlogSpacing = 'obra',
  caudalesMuyPequenosMonths = [1, 7],
  correction = dgaCorrection,
}: Pick<DgaOptions, 'backlogSpacing' | 'caudalesMuyPequenosMonths' | 'correction'>): ComplianceProfile => ({
  regulator: 'DGA',
  utcOffsetMinutes: CHILE_REGULATOR_OFFSET_MINUTES,
  variants: Object.fromEntries(
    Object.entries(variants).map(([name, variant]) => [name, { parameters: parametersOf(variant) }]),
  ),
  standards: standardsWith(caudalesMuyPequenosMonths),
  naturalKey: ['work', 'slot'],
  duplicateMeans: 'received',
  readBack: true,
  correction,
  resend: 'next-calendar-day',
  backlogSpacing: { ms: backlogSpacingMs, per: spacedPer[backlogSpacing] },
  flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'hold', 9: 'missing' },
  completeness: 'all',
  submissionsPerRequest: 1,
});
