import type { SubmissionRow } from '../../store/rows.ts';
import type { TaskCause, TaskRow, TaskState } from '../../store/tasks.ts';
import { valuesOf } from '../held.ts';

/** Chile's regulators keep UTC−4 all year. */
const offset = 4 * 3_600_000;

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);

const civil = (instant: number | null): string =>
  instant === null ? '–' : new Date(instant - offset).toISOString().slice(0, 19).replace('T', ' ');

const states: Readonly<Record<SubmissionRow['state'], string>> = {
  expected: 'pendiente de valor',
  held: 'retenida por una alerta de calidad',
  missing: 'sin dato',
  due: 'lista para enviar',
  sending: 'en envío',
  unknown: 'enviada quizás, sin respuesta',
  retry: 'respondida con error, se repetirá',
  accepted: 'aceptada, sin releer aún',
  received: 'ya recibida por la autoridad, sin releer aún',
  quarantined: 'detenida hasta un cambio de configuración',
  manual: 'entregada a mano, falta el comprobante',
  confirmed: 'confirmada: releída e igual',
  'accepted-unverified': 'aceptada, sin posibilidad de releer',
  conflict: 'en conflicto: la autoridad tiene otros valores',
  rejected: 'rechazada',
  'failed-reported': 'falla de transmisión: pasó el plazo máximo',
  shadowed: 'simulada, no enviada',
  elsewhere: 'enviada por otro sistema',
};

const causes: Readonly<Record<TaskCause, string>> = {
  'late-data': 'llegó tarde un dato más cercano a la medición',
  'after-lag': 'llegó un dato después del plazo máximo',
  'other-reading': 'otra lectura del mismo instante ocupa su lugar',
  binding: 'cambió la asignación del sensor',
  meter: 'cambió el medidor o su calibración',
  rules: 'las reglas de calidad lo juzgan de otra manera',
  'decoded-anew': 'el mismo registro original, leído de nuevo, dice otra cosa',
  correction: 'cambió una corrección que se informa',
  conflict: 'la autoridad fue releída y tiene otro valor',
};

const taskStates: Readonly<Record<TaskState, string>> = {
  open: 'abierta: falta pedirla a la autoridad',
  done: 'hecha: la autoridad tiene el valor nuevo',
  dismissed: 'descartada: la autoridad conserva el valor que tiene',
};

const style = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#111}table{border-collapse:collapse;width:100%;font-size:12px}
th,td{border:1px solid #999;padding:.25rem .4rem;text-align:left;vertical-align:top}thead{display:table-header-group}tr{break-inside:avoid}
code{word-break:break-all}@page{size:A4 landscape;margin:12mm}@media print{body{margin:0}}`;

const cells = (texts: readonly string[], tag: 'td' | 'th') =>
  `<tr>${texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')}</tr>`;

const rowOf = (row: SubmissionRow): string => {
  const values = Object.entries(valuesOf(row.report, row.id) ?? {});
  return cells(
    [
      civil(row.slot),
      values.map(([parameter, value]) => `${parameter}: ${value ?? 'sin dato'}`).join('; ') || '–',
      states[row.state],
      row.receipt ?? '–',
      civil(row.sentAt),
      String(row.attempts),
      row.reason ?? '',
    ],
    'td',
  );
};

const taskOf = ({ slot, member, held, value, cause, state, reason, reference }: TaskRow): string =>
  cells(
    [
      civil(slot),
      member,
      held ?? 'nada',
      value ?? 'nada',
      causes[cause],
      taskStates[state],
      [reason, reference].filter((text) => text !== null).join('; ') || '–',
    ],
    'td',
  );

/** What the authority holds and should not; never sent again, so that a reader finds here why two values differ. */
const corrections = (tasks: readonly TaskRow[]): string =>
  tasks.length === 0
    ? '<p>Ninguna.</p>'
    : `<p>Lo que ya fue recibido no se vuelve a enviar: su corrección se pide a la autoridad. Cada paso está en <code>tasks.json</code>, junto a
la medición, con su huella en la cadena.</p>
<table><thead>${cells(['Medición', 'Parámetro', 'En poder de la autoridad', 'Debe ser', 'Causa', 'Estado', 'Observación'], 'th')}</thead>
<tbody>
${tasks.map(taskOf).join('\n')}
</tbody></table>`;

export interface ReportFacts {
  readonly work: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly rows: readonly SubmissionRow[];
  /** Corrections of the rows. */
  readonly tasks: readonly TaskRow[];
  readonly rawRecords: number;
}

/** The report for people, in Spanish, to be printed. Everything in it that came from elsewhere is escaped. */
export const reportHtml = ({ work, from, to, at, rows, tasks, rawRecords }: ReportFacts): string => {
  const counts = [...Map.groupBy(rows, (row) => row.state)].map(([state, list]) => [
    states[state],
    String(list.length),
  ]);
  return `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Evidencia ${escape(work)}</title><style>${style}</style></head><body>
<h1>Evidencia de transmisión: obra ${escape(work)}</h1>
<p>Período: desde ${civil(from)} hasta antes de ${civil(to)}. Preparado el ${civil(at)}. Todas las horas son UTC−4, la hora de la autoridad
durante todo el año.</p>
<p>Mediciones debidas: ${rows.length}. Registros originales adjuntos: ${rawRecords}. Los valores son los que se informaron, con los
dígitos que dio el instrumento.</p>
<h2>Resumen</h2>
<table><thead>${cells(['Estado', 'Mediciones'], 'th')}</thead><tbody>${counts.map((row) => cells(row, 'td')).join('\n')}</tbody></table>
<h2>Mediciones</h2>
<table><thead>${cells(['Medición', 'Valores informados', 'Estado', 'Comprobante', 'Último envío', 'Intentos', 'Observación'], 'th')}</thead>
<tbody>
${rows.map(rowOf).join('\n')}
</tbody></table>
<h2>Correcciones</h2>
${corrections(tasks)}
<h2>Cómo se comprueba</h2>
<p>Cada envío, cada respuesta, cada corrección y cada registro original de este paquete tiene su huella SHA-256 en una cadena firmada (carpeta
<code>chain</code>). <code>VERIFY.md</code> describe el procedimiento; no hace falta ningún programa de quien preparó el paquete.</p>
</body></html>
`;
};
