import type { Message } from '@caudal/core';
import type { Services } from '../../services.ts';
import type { SlotResult, Taken } from '../slots.ts';
import { complianceDay, type Counted, counted, isWhole, type WorkDay } from './compliance-day.ts';
import { type Language, pageLink, type Reader, tellReport } from './tell.ts';
import { dateText, short } from './text.ts';

interface Words {
  readonly title: (date: string, confirmed: number, total: number) => string;
  readonly whole: string;
  readonly lacking: (works: number) => string;
  readonly clock: string;
  readonly counts: Readonly<Record<Counted, (count: number) => string>>;
  readonly owed: (count: number) => string;
  readonly because: (reason: string) => string;
  readonly more: (count: number) => string;
}

const words: Readonly<Record<Language, Words>> = {
  es: {
    title: (date, confirmed, total) => `Informe de cumplimiento del ${date}: ${confirmed} de ${total} confirmados`,
    whole: 'Todo lo que se debía ayer tiene comprobante del regulador.',
    lacking: (works) =>
      works === 1
        ? 'A una obra le falta algo de lo que debía ayer:'
        : `A ${works} obras les falta algo de lo que debían ayer:`,
    clock: 'El día es el del reloj del regulador. Lo que esté en espera se envía o se pide de nuevo solo.',
    counts: {
      confirmed: (n) => (n === 1 ? '1 confirmado' : `${n} confirmados`),
      unknown: (n) => `${n} sin comprobante aún`,
      missing: (n) => `${n} sin dato`,
      refused: (n) => (n === 1 ? '1 no aceptado' : `${n} no aceptados`),
      waiting: (n) => `${n} en espera de envío`,
    },
    owed: (n) => (n === 1 ? '1 debido' : `${n} debidos`),
    because: (reason) => `motivo: ${reason}`,
    more: (n) => `… y ${n} obras más; están todas en la página.`,
  },
  en: {
    title: (date, confirmed, total) => `Compliance report of ${date}: ${confirmed} of ${total} confirmed`,
    whole: 'Everything that was owed yesterday has the regulator’s receipt.',
    lacking: (works) =>
      works === 1
        ? 'One work lacks something of what it owed yesterday:'
        : `${works} works lack something of what they owed yesterday:`,
    clock: 'The day is that of the regulator’s clock. What waits is sent or asked for again by itself.',
    counts: {
      confirmed: (n) => `${n} confirmed`,
      unknown: (n) => `${n} without receipt so far`,
      missing: (n) => `${n} without data`,
      refused: (n) => `${n} not accepted`,
      waiting: (n) => `${n} waiting to be sent`,
    },
    owed: (n) => `${n} owed`,
    because: (reason) => `reason: ${reason}`,
    more: (n) => `… and ${n} more works; the page has them all.`,
  },
};

/** Rows of one mail: more is a page, not a mail. */
const listed = 60;
const countsText = ({ total, counts }: WorkDay, said: Words): string =>
  [said.owed(total), ...counted.filter((name) => counts[name] > 0).map((name) => said.counts[name](counts[name]))].join(
    ', ',
  );

const nameOf = ({ owed: { obligation }, points }: WorkDay, services: Services): string => {
  const [point] = points;
  const name = point === undefined ? undefined : services.domain.points.get(point)?.name;
  return name === undefined ? obligation.work.code : `${obligation.work.code} (${short(name)})`;
};

/** Obligations of which a reader sees every point; the works that lack most come first. */
const seen = (days: readonly WorkDay[], points: Reader['points']): readonly WorkDay[] =>
  days
    .filter((one) => points === null || one.points.every((point) => points.has(point)))
    .toSorted(
      (a, b) =>
        b.counts.missing + b.counts.refused - (a.counts.missing + a.counts.refused) ||
        Number(isWhole(a)) - Number(isWhole(b)) ||
        (a.owed.obligation.work.code < b.owed.obligation.work.code ? -1 : 1),
    );

const wordReport = (
  services: Services,
  days: readonly WorkDay[],
  { language }: Reader,
): Omit<Message, 'event' | 'language'> => {
  const said = words[language];
  const total = days.reduce((sum, one) => sum + one.total, 0);
  const confirmed = days.reduce((sum, one) => sum + one.counts.confirmed, 0);
  const lacking = days.filter((one) => !isWhole(one));
  const lines = lacking
    .slice(0, listed)
    .map(
      (one) =>
        `• ${nameOf(one, services)}: ${countsText(one, said)}${one.reason === null ? '' : `; ${said.because(short(one.reason))}`}`,
    );
  if (lacking.length > listed) lines.push(said.more(lacking.length - listed));
  const [first] = days;
  const troubled = lacking.some(({ counts }) => counts.missing + counts.refused > 0);
  return {
    severity: troubled ? 'warning' : 'info',
    title: said.title(dateText(first?.date ?? '', language), confirmed, total),
    text: [lacking.length === 0 ? said.whole : [said.lacking(lacking.length), ...lines].join('\n'), said.clock].join(
      '\n\n',
    ),
    facts: days.slice(0, listed).map((one) => ({ label: nameOf(one, services), value: countsText(one, said) })),
    ...pageLink(services, 'compliance'),
  };
};

/** What was owed yesterday and what became of it, to each who asked for it, of the works that are theirs to see. */
export const tellCompliance = async (services: Services, taken: Taken): Promise<SlotResult> => {
  const days = await complianceDay(services, taken.slot);
  const notices = await tellReport(services, 'report.compliance', taken, async (reader) => {
    const own = seen(days, reader.points);
    return own.length === 0 ? undefined : wordReport(services, own, reader);
  });
  const sum = (name: Counted) => days.reduce((whole, { counts }) => whole + counts[name], 0);
  return {
    works: days.length,
    owed: days.reduce((whole, { total }) => whole + total, 0),
    ...Object.fromEntries(counted.map((name) => [name, sum(name)])),
    notices,
  };
};
