import type { Draft, Outage } from '@caudal/core';
import { blank, noticeAddress, officialTime, processLines, signature } from './letters.ts';

/** A break between the monitoring system and the SMA is told within 12 hours. Source: SMA Res. Ex. 252/2020. */
const noticeMs = 12 * 3_600_000;

/** The notice of an outage: fault, time of repair, preventive measures. What is not known stays a blank. */
export const draftOutage = ({ works, from, to, cause }: Outage): Draft => ({
  to: noticeAddress,
  subject: `Aviso de interrupción de la conexión en línea: ${works.join(', ')}`,
  text: `Señores
Superintendencia del Medio Ambiente

De acuerdo con la Resolución Exenta N° 252 de 2020, se informa la interrupción de la transmisión de datos de:

${processLines(works)}

Inicio: ${officialTime(from)}
Término: ${to === undefined ? 'la interrupción continúa' : officialTime(to)}
Falla: ${cause ?? blank('descripción de la falla')}
Tiempo de reparación: ${to === undefined ? blank('plazo estimado de reparación') : blank('tiempo que tomó la reparación')}
Medidas preventivas: ${blank('medidas para que no se repita')}

Almacenamiento de los datos durante la interrupción: ${blank('confirmar que se conservan, o describir los que falten')}

${signature}
`,
  dueAt: from + noticeMs,
});
