import {
  CHILE_REGULATOR_OFFSET_MINUTES,
  civilAtOffset,
  civilClock,
  civilDate,
  type Draft,
  type Outage,
} from '@caudal/core';

const day = 86_400_000;

/** The desk for failures of works that transmit. Source: secondary, the address that the DGA's support pages quote. */
const desk = 'https://snia.mop.gob.cl/ticket/mee';

const blank = (what: string): string => `[COMPLETAR: ${what}]`;

const officialTime = (instant: number): string => {
  const civil = civilAtOffset(instant, CHILE_REGULATOR_OFFSET_MINUTES);
  return `${civilDate(civil)} ${civilClock(civil)} (UTC-4)`;
};

/**
 * The report of a transmission failure: measurements that did not arrive within the maximum lag (Manual Técnico N° 1/2025, 6.3). The
 * manual prints no form: it has what a person at the desk needs. The earliest lag that ends is that of hourly works, seven days.
 */
export const draftOutage = ({ works, from, to, cause }: Outage): Draft => ({
  to: desk,
  subject: `Falla de transmisión: ${works.join(', ')}`,
  text: `Señores
Dirección General de Aguas

De acuerdo con el Manual Técnico N° 1/2025, sección 6.3, se informa como falla de transmisión que no pudieron transmitirse dentro del plazo máximo de desfase las mediciones de:

${works.map((code) => `- Obra ${code}`).join('\n')}

Primera medición: ${officialTime(from)}
Última medición: ${to === undefined ? 'la falla continúa' : officialTime(to)}
Causa: ${cause === undefined || cause === '' ? blank('descripción de la falla') : cause}
Medidas correctivas: ${blank('medidas tomadas y plazo de reparación')}

Las mediciones ya recibidas por la DGA no se retransmiten.

${[blank('nombre del titular'), blank('RUT del titular'), blank('nombre, cargo y contacto de quien informa')].join('\n')}
`,
  dueAt: from + 7 * day,
});
