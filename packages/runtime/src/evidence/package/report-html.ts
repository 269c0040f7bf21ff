import type { SubmissionRow } from '../../store/rows.ts';
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

export interface ReportFacts {
  readonly work: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly rows: readonly SubmissionRow[];
  readonly rawRecords: number;
}

/** The report for people, in Spanish, to be printed. Everything in it that came from elsewhere is escaped. */
export const reportHtml = ({ work, from, to, at, rows, rawRecords }: ReportFacts): string => {
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
<h2>Cómo se comprueba</h2>
<p>Cada envío, cada respuesta y cada registro original de este paquete tiene su huella SHA-256 en una cadena firmada (carpeta
<code>chain</code>). <code>VERIFY.md</code> describe el procedimiento; no hace falta ningún programa de quien preparó el paquete.</p>
</body></html>
`;
};
