import { civilDate, civilInZone, type Draft, instantInZone, parseInstant } from '@caudal/core';
import { blank, noticeAddress, officialTime, processLines, signature } from './letters.ts';

/** A change that the titular plans to a system that reports. */
export interface Change {
  /** `UfId/ProcesoId` of each process it touches. */
  readonly works: readonly string[];
  /** When it is to be made, UTC milliseconds. */
  readonly at: number;
  readonly what?: string;
  readonly why?: string;
  /**
   * Chilean holidays as `YYYY-MM-DD`, at least from two months before the change. Without them only Saturdays and Sundays are left
   * out, and the text says so.
   */
  readonly holidays?: readonly string[];
}

/** Changes are told at least so many business days before. Source: SMA Res. Ex. 252/2020. */
const businessDays = 15;

/** Business days are those of people in Chile; Saturdays, Sundays and holidays are none (Ley 19.880, art. 25). */
const zone = 'America/Santiago';
const day = 86_400_000;

/** The calendar date so many business days before another, as UTC midnight. */
const daysBefore = (date: number, count: number, holidays: ReadonlySet<string>): number => {
  let at = date;
  for (let left = count; left > 0;) {
    at -= day;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !holidays.has(new Date(at).toISOString().slice(0, 10))) left -= 1;
  }
  return at;
};

/**
 * The notice of a change to a running system, which the SMA validates before it is made. Due at the end of the fifteenth business day
 * before the day of the change, in Santiago. Pure.
 *
 * @throws RangeError for a holiday that is no date
 */
export const draftChange = ({ works, at, what, why, holidays = [] }: Change): Draft => {
  const wrong = holidays.find(
    (text) => !/^\d{4}-\d{2}-\d{2}$/.test(text) || parseInstant(`${text}T00:00:00Z`) === undefined,
  );
  if (wrong !== undefined) throw new RangeError(`${JSON.stringify(wrong)} is not a date YYYY-MM-DD`);
  const local = civilInZone(at, zone);
  const last = new Date(daysBefore(Date.UTC(local.year, local.month - 1, local.day), businessDays, new Set(holidays)));
  const lastDay = { year: last.getUTCFullYear(), month: last.getUTCMonth() + 1, day: last.getUTCDate() };
  const dueAt = instantInZone({ ...lastDay, hour: 23, minute: 59, second: 59 }, zone);
  const note =
    holidays.length === 0
      ? `${blank('revisar el plazo: se calculó sin feriados, solo con sábados y domingos')}\n\n`
      : '';
  return {
    to: noticeAddress,
    subject: `Aviso de modificación de la conexión en línea: ${works.join(', ')}`,
    text: `Señores
Superintendencia del Medio Ambiente

De acuerdo con la Resolución Exenta N° 252 de 2020, se informa, con al menos ${businessDays} días hábiles de anticipación, una modificación del sistema de:

${processLines(works)}

Fecha prevista: ${officialTime(at)}
Modificación: ${what ?? blank('qué se modifica, y qué dispositivos y parámetros alcanza')}
Motivo: ${why ?? blank('motivo de la modificación')}
Este aviso debe enviarse a más tardar el ${civilDate({ ...lastDay, hour: 0, minute: 0, second: 0 })}.

${note}${signature}
`,
    dueAt,
  };
};
