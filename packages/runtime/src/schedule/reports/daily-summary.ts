import type { Message, VariableKind } from '@caudal/core';
import type { Services } from '../../services.ts';
import { zoneOfKey } from '../calendars.ts';
import type { SlotResult, Taken } from '../slots.ts';
import { complianceDay, isWhole, type WorkDay } from './compliance-day.ts';
import { type PointDay, type Summary, summaryOf } from './point-day.ts';
import { type Language, pageLink, type Reader, tellReport } from './tell.ts';
import { dateText, short } from './text.ts';

interface Words {
  readonly title: (date: string, attention: number, points: number) => string;
  readonly fine: (points: number) => string;
  readonly attention: (points: number) => string;
  readonly compliance: (works: number, whole: number) => string;
  readonly times: (zone: string) => string;
  readonly health: Readonly<Record<PointDay['health'], string>>;
  readonly since: (when: string) => string;
  readonly alerts: (count: number) => string;
  readonly yesterday: (volume: string) => string;
  readonly noValue: string;
  readonly more: (points: number) => string;
  readonly kinds: Readonly<Record<Exclude<VariableKind, 'custom'>, string>>;
  readonly locale: string;
}

const words: Readonly<Record<Language, Words>> = {
  es: {
    title: (date, attention, points) =>
      attention === 0
        ? `Resumen del ${date}: ${points === 1 ? '1 punto' : `${points} puntos`} sin novedad`
        : `Resumen del ${date}: ${attention} de ${points} ${points === 1 ? 'punto' : 'puntos'} ${attention === 1 ? 'requiere' : 'requieren'} atención`,
    fine: (points) =>
      points === 1
        ? 'Su punto entrega datos y no tiene alertas.'
        : `Los ${points} puntos entregan datos y no tienen alertas.`,
    attention: (points) => (points === 1 ? 'Requiere atención:' : `Requieren atención ${points} puntos:`),
    compliance: (works, whole) =>
      `Cumplimiento de ayer: ${whole} de ${works} ${works === 1 ? 'obra' : 'obras'} con todo confirmado.`,
    times: (zone) => `Día y horas de ${zone}.`,
    health: {
      ok: 'con datos',
      silent: 'sin datos',
      never: 'nunca ha entregado datos',
      quiet: 'sin equipo en servicio',
    },
    since: (when) => `desde ${when}`,
    alerts: (count) => (count === 1 ? '1 alerta abierta' : `${count} alertas abiertas`),
    yesterday: (volume) => `ayer ${volume}`,
    noValue: 'sin valor',
    more: (points) => `… y ${points} más; están todos en la página.`,
    kinds: {
      level: 'nivel',
      flow: 'caudal',
      averageFlow: 'caudal medio',
      total: 'totalizador',
      volume: 'volumen',
      temperature: 'temperatura',
      pressure: 'presión',
      ph: 'pH',
      conductivity: 'conductividad',
      turbidity: 'turbiedad',
    },
    locale: 'es-CL',
  },
  en: {
    title: (date, attention, points) =>
      attention === 0
        ? `Summary of ${date}: ${points === 1 ? '1 point' : `${points} points`}, nothing to see to`
        : `Summary of ${date}: ${attention} of ${points} ${points === 1 ? 'point' : 'points'} ${attention === 1 ? 'needs' : 'need'} attention`,
    fine: (points) =>
      points === 1
        ? 'Your point delivers data and has no alert.'
        : `All ${points} points deliver data and have no alert.`,
    attention: (points) => (points === 1 ? 'Needs attention:' : `${points} points need attention:`),
    compliance: (works, whole) =>
      `Compliance of yesterday: ${whole} of ${works} ${works === 1 ? 'work' : 'works'} with everything confirmed.`,
    times: (zone) => `Day and times of ${zone}.`,
    health: { ok: 'delivers data', silent: 'no data', never: 'has never delivered data', quiet: 'no device at work' },
    since: (when) => `since ${when}`,
    alerts: (count) => (count === 1 ? '1 open alert' : `${count} open alerts`),
    yesterday: (volume) => `yesterday ${volume}`,
    noValue: 'no value',
    more: (points) => `… and ${points} more; the page has them all.`,
    kinds: {
      level: 'level',
      flow: 'flow',
      averageFlow: 'mean flow',
      total: 'total',
      volume: 'volume',
      temperature: 'temperature',
      pressure: 'pressure',
      ph: 'pH',
      conductivity: 'conductivity',
      turbidity: 'turbidity',
    },
    locale: 'en-GB',
  },
};

const listed = 60;

const needsAttention = ({ health, openAlerts }: PointDay): boolean =>
  openAlerts > 0 || health === 'silent' || health === 'never';

const unitSign = (unit: string): string => unit.replace(/m3/, 'm³').replace(/^l\//i, 'L/');

const wordSummary = (
  services: Services,
  { zone, date }: Summary,
  points: readonly PointDay[],
  works: readonly WorkDay[],
  language: Language,
): Omit<Message, 'event' | 'language'> => {
  const said = words[language];
  const number = new Intl.NumberFormat(said.locale, { maximumFractionDigits: 3 });
  const when = new Intl.DateTimeFormat(said.locale, { dateStyle: 'short', timeStyle: 'short', timeZone: zone });
  const amount = (value: number, unit: string) => `${number.format(value)} ${unitSign(unit)}`.trim();
  const standing = ({ health, lastContact, openAlerts }: PointDay) =>
    [
      health === 'silent' && lastContact !== null
        ? `${said.health.silent} ${said.since(when.format(lastContact))}`
        : said.health[health],
      ...(openAlerts === 0 ? [] : [said.alerts(openAlerts)]),
    ].join(', ');
  const values = ({ series }: PointDay) =>
    series
      .map(({ series: { kind, variable, unit }, value, volume }) => {
        const name = kind === 'custom' ? short(variable) : said.kinds[kind];
        const shown = value === null ? said.noValue : amount(value, unit);
        return `${name} ${shown}${volume === null ? '' : ` (${said.yesterday(amount(volume, unit))})`}`;
      })
      .join(', ');
  const attention = points.filter(needsAttention);
  const lines = attention.slice(0, listed).map((one) => `• ${short(one.point.name)}: ${standing(one)}`);
  if (attention.length > listed) lines.push(said.more(attention.length - listed));
  return {
    severity: attention.length === 0 ? 'info' : 'warning',
    title: said.title(dateText(date, language), attention.length, points.length),
    text: [
      attention.length === 0 ? said.fine(points.length) : [said.attention(attention.length), ...lines].join('\n'),
      ...(works.length === 0 ? [] : [said.compliance(works.length, works.filter(isWhole).length)]),
      said.times(zone),
    ].join('\n\n'),
    facts: [...attention, ...points.filter((one) => !needsAttention(one))].slice(0, listed).map((one) => ({
      label: short(one.point.name),
      value: `${standing(one)}; ${values(one)}`,
    })),
    ...pageLink(services, 'overview'),
  };
};

const isSeen = (points: Reader['points'], of: readonly string[]): boolean =>
  points === null || of.every((point) => points.has(point));

/** How the points of one zone stand, to each who asked for it, of the points that are theirs to see. */
export const tellSummary = async (services: Services, taken: Taken, moved?: () => void): Promise<SlotResult> => {
  const summary = await summaryOf(services, zoneOfKey(taken.key), taken.slot, moved);
  const inZone = new Set(summary.points.map(({ point }) => point.id));
  const works = (await complianceDay(services, taken.slot)).filter(({ points }) =>
    points.every((one) => inZone.has(one)),
  );
  const notices = await tellReport(services, 'report.summary', taken, async ({ points, language }) => {
    const own = summary.points.filter(({ point }) => isSeen(points, [point.id]));
    if (own.length === 0) return undefined;
    return wordSummary(
      services,
      summary,
      own,
      works.filter((one) => isSeen(points, one.points)),
      language,
    );
  });
  return { points: summary.points.length, attention: summary.points.filter(needsAttention).length, notices };
};
