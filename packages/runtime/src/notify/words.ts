import type { Message, NoticeEvent, Person } from '@caudal/core';
import type { AlertRow } from '../store/rows.ts';

type Language = NonNullable<Person['language']>;

interface Words {
  /** Title for one alert and for many. */
  readonly title: Readonly<Record<NoticeEvent, readonly [one: string, many: string]>>;
  readonly intro: Readonly<Record<NoticeEvent, string>>;
  readonly more: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The words of every notice, by language. Replaceable as a whole: nothing else in the runtime words a message. */
const words: Readonly<Record<Language, Words>> = {
  es: {
    title: {
      'submission.rejected': ['Envío rechazado', '{n} envíos rechazados'],
      'submission.conflict': ['El regulador tiene otros valores', 'El regulador tiene otros valores en {n} envíos'],
      'submission.deadline': ['Envío próximo a su plazo', '{n} obligaciones próximas a su plazo'],
      'device.silent': ['Equipo sin comunicación', '{n} equipos sin comunicación'],
      'value.suspect': ['Valor sospechoso', 'Valores sospechosos en {n} series'],
      'water.alert': ['Alerta de umbral', '{n} alertas de umbral'],
      system: ['Problema del sistema', '{n} problemas del sistema'],
    },
    intro: {
      'submission.rejected': 'El regulador no aceptó lo enviado, o no puede enviarse así.',
      'submission.conflict': 'Lo que el regulador guarda no es igual a lo enviado. Debe revisarlo una persona.',
      'submission.deadline': 'Falta poco para el plazo y aún no hay comprobante.',
      'device.silent': 'No llegan datos nuevos. Los datos que falten se pedirán de nuevo; no se inventa ninguno.',
      'value.suspect': 'Una regla de calidad marcó valores. El valor leído se conserva tal como llegó.',
      'water.alert': 'Un valor pasó el umbral configurado.',
      system: 'Algo que requiere a una persona impide el trabajo normal.',
    },
    more: '… y {n} más.',
    labels: {
      subject: 'Asunto',
      since: 'Desde',
      code: 'Código',
      reason: 'Motivo',
      work: 'Obra',
      slot: 'Medición',
      state: 'Estado',
      device: 'Equipo',
      from: 'Desde',
      due: 'Plazo',
    },
  },
  en: {
    title: {
      'submission.rejected': ['Submission rejected', '{n} submissions rejected'],
      'submission.conflict': [
        'The regulator holds other values',
        'The regulator holds other values in {n} submissions',
      ],
      'submission.deadline': ['Submission near its deadline', '{n} obligations near their deadline'],
      'device.silent': ['Device is silent', '{n} devices are silent'],
      'value.suspect': ['Suspect value', 'Suspect values in {n} series'],
      'water.alert': ['Threshold alert', '{n} threshold alerts'],
      system: ['System problem', '{n} system problems'],
    },
    intro: {
      'submission.rejected': 'The regulator did not take what was sent, or it can not be sent as it is.',
      'submission.conflict': 'What the regulator holds differs from what was sent. A person has to look at it.',
      'submission.deadline': 'The deadline is near and there is no receipt yet.',
      'device.silent': 'No new data arrive. Missing data will be asked for again; none are invented.',
      'value.suspect': 'A quality rule flagged values. What was read is kept as it came.',
      'water.alert': 'A value passed the configured threshold.',
      system: 'Something that needs a person keeps work from going on.',
    },
    more: '… and {n} more.',
    labels: {
      subject: 'Subject',
      since: 'Since',
      code: 'Code',
      reason: 'Reason',
      work: 'Work',
      slot: 'Measurement',
      state: 'State',
      device: 'Device',
      from: 'From',
      due: 'Due',
    },
  },
};

const listed = 20;

/** What an alert is about, as a person knows it: the work before our own ids. */
const nameOf = (alert: AlertRow): string => alert.facts['work'] ?? alert.subject.replace(/^[a-z]+:/, '');

/** Words a message to one person about alerts of one event. Times are shown in the person's zone. */
export const wordMessage = (
  person: Person,
  event: NoticeEvent,
  alerts: readonly AlertRow[],
  link?: string,
): Message => {
  const language = person.language ?? 'es';
  const { title, intro, more, labels } = words[language];
  const zone = person.zone ?? 'America/Santiago';
  const when = new Intl.DateTimeFormat(language === 'es' ? 'es-CL' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: zone,
  });
  const shown = (name: string, value: string) =>
    (/^\d{4}-\d{2}-\d{2}T.*Z$/.test(value) ? `${when.format(Date.parse(value))} (${zone})` : value) || name;
  const one = alerts.length === 1;
  const lines = alerts.slice(0, listed).map(
    (alert) =>
      `• ${nameOf(alert)}: ${Object.entries(alert.facts)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${labels[name] ?? name} ${shown(name, value)}`)
        .join(', ')}`,
  );
  if (alerts.length > listed) lines.push(more.replace('{n}', String(alerts.length - listed)));
  const rank = { info: 0, warning: 1, critical: 2 } as const;
  const severity = alerts.reduce<Message['severity']>(
    (worst, alert) => (rank[alert.severity] > rank[worst] ? alert.severity : worst),
    'info',
  );
  const first = alerts[0];
  return {
    event,
    severity,
    language: language === 'es' ? 'es-CL' : 'en',
    title: one
      ? `${title[event][0]}: ${first === undefined ? '' : nameOf(first)}`
      : title[event][1].replace('{n}', String(alerts.length)),
    text: `${intro[event]}\n\n${lines.join('\n')}`,
    facts:
      one && first !== undefined
        ? Object.entries(first.facts)
            .filter(([, value]) => value !== '')
            .map(([name, value]) => ({ label: labels[name] ?? name, value: shown(name, value) }))
        : [],
    ...(link === undefined ? {} : { link }),
  };
};
