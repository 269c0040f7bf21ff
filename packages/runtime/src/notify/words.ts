import { type Message, type NoticeEvent, type Person, visibleText } from '@caudal/core';
import type { NoticeWords } from '../config/notice-words.ts';
import type { AlertRow } from '../store/rows.ts';

type Language = NonNullable<Person['language']>;

interface Words {
  /** Title for one alert and for many. */
  readonly title: Readonly<Record<NoticeEvent, readonly [one: string, many: string]>>;
  readonly intro: Readonly<Record<NoticeEvent, string>>;
  /** One line of the list. */
  readonly line: string;
  readonly more: string;
  /** Said where a maintenance window kept alerts back. */
  readonly keptBack: string;
  /** Said before a link that leads to the page on which the alert is acknowledged. */
  readonly acknowledge: string;
  /** Said at the end of a message that may have arrived before. */
  readonly repeated: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The words of every notice, by language. A configuration replaces any of them; nothing else in the runtime words a message. */
const words: Readonly<Record<Language, Words>> = {
  es: {
    title: {
      'submission.rejected': ['Envío rechazado: {subject}', '{n} envíos rechazados'],
      'submission.conflict': [
        'El regulador tiene otros valores: {subject}',
        'El regulador tiene otros valores en {n} envíos',
      ],
      'submission.correction': [
        'Corrección pendiente ante el regulador: {subject}',
        'Correcciones pendientes en {n} obligaciones',
      ],
      'submission.deadline': ['Envío próximo a su plazo: {subject}', '{n} obligaciones próximas a su plazo'],
      'device.silent': ['Equipo sin comunicación: {subject}', '{n} equipos sin comunicación'],
      'device.zone': ['Equipo con la hora en otra zona: {subject}', '{n} equipos con la hora en otra zona'],
      'value.suspect': ['Valor sospechoso: {subject}', 'Valores sospechosos en {n} series'],
      'water.alert': ['Alerta de umbral: {subject}', '{n} alertas de umbral'],
      system: ['Problema del sistema: {subject}', '{n} problemas del sistema'],
    },
    intro: {
      'submission.rejected': 'El regulador no aceptó lo enviado, o no puede enviarse así.',
      'submission.conflict': 'Lo que el regulador guarda no es igual a lo enviado. Debe revisarlo una persona.',
      'submission.correction':
        'Un dato ya recibido por el regulador hoy sería otro. No se reenvía: una persona debe pedir la corrección.',
      'submission.deadline': 'Falta poco para el plazo y aún no hay comprobante.',
      'device.silent': 'No llegan datos nuevos. Los datos que falten se pedirán de nuevo; no se inventa ninguno.',
      'device.zone':
        'Las horas de los datos difieren de la llegada en horas completas. Los datos se conservan como llegaron; corrija la zona declarada.',
      'value.suspect': 'Una regla de calidad marcó valores. El valor leído se conserva tal como llegó.',
      'water.alert': 'Un valor pasó el umbral configurado.',
      system: 'Algo que requiere a una persona impide el trabajo normal.',
    },
    line: '• {subject}: {facts}',
    more: '… y {n} más.',
    keptBack:
      'Durante la mantención «{reason}» ({author}), de {from} a {to}, hubo {raised} avisos; {over} terminaron antes de este mensaje.',
    acknowledge:
      'Si usted se hace cargo, dé el aviso por recibido en el enlace: así no se repite ni pasa a otra persona.',
    repeated: 'Este aviso puede ser una repetición.',
    labels: {
      subject: 'Asunto',
      since: 'Desde',
      code: 'Código',
      reason: 'Motivo',
      work: 'Obra',
      slot: 'Medición',
      report: 'Texto para informar la falla',
      late: 'Atrasados',
      corrections: 'Correcciones',
      state: 'Estado',
      device: 'Equipo',
      devices: 'Equipos sin comunicación',
      hours: 'Diferencia',
      zone: 'Zona declarada',
      likely: 'Zona probable',
      from: 'Desde',
      due: 'Plazo',
    },
  },
  en: {
    title: {
      'submission.rejected': ['Submission rejected: {subject}', '{n} submissions rejected'],
      'submission.conflict': [
        'The regulator holds other values: {subject}',
        'The regulator holds other values in {n} submissions',
      ],
      'submission.correction': [
        'Correction to ask the regulator for: {subject}',
        'Corrections to ask for in {n} obligations',
      ],
      'submission.deadline': ['Submission near its deadline: {subject}', '{n} obligations near their deadline'],
      'device.silent': ['Device is silent: {subject}', '{n} devices are silent'],
      'device.zone': ['Device times in another zone: {subject}', '{n} devices with times in another zone'],
      'value.suspect': ['Suspect value: {subject}', 'Suspect values in {n} series'],
      'water.alert': ['Threshold alert: {subject}', '{n} threshold alerts'],
      system: ['System problem: {subject}', '{n} system problems'],
    },
    intro: {
      'submission.rejected': 'The regulator did not take what was sent, or it can not be sent as it is.',
      'submission.conflict': 'What the regulator holds differs from what was sent. A person has to look at it.',
      'submission.correction':
        'A value that the regulator has would be another one today. It is not sent again: a person has to ask for the correction.',
      'submission.deadline': 'The deadline is near and there is no receipt yet.',
      'device.silent': 'No new data arrive. Missing data will be asked for again; none are invented.',
      'device.zone':
        'The times of the data differ from their arrival by whole hours. Data are kept as they came; correct the declared zone.',
      'value.suspect': 'A quality rule flagged values. What was read is kept as it came.',
      'water.alert': 'A value passed the configured threshold.',
      system: 'Something that needs a person keeps work from going on.',
    },
    line: '• {subject}: {facts}',
    more: '… and {n} more.',
    keptBack:
      'During the maintenance “{reason}” ({author}), from {from} to {to}, there were {raised} alerts; {over} were over before this message.',
    acknowledge: 'If you take care of it, acknowledge the alert at the link: it is then not repeated nor passed on.',
    repeated: 'This notice may be a repetition.',
    labels: {
      subject: 'Subject',
      since: 'Since',
      code: 'Code',
      reason: 'Reason',
      work: 'Work',
      slot: 'Measurement',
      report: 'Text of the report',
      late: 'Late',
      corrections: 'Corrections',
      state: 'State',
      device: 'Device',
      devices: 'Silent devices',
      hours: 'Difference',
      zone: 'Declared zone',
      likely: 'Likely zone',
      from: 'From',
      due: 'Due',
    },
  },
};

const listed = 20;

/** What an alert is about, as a person knows it: the work before our own ids. */
const nameOf = (alert: AlertRow): string => alert.facts['work'] ?? alert.subject.replace(/^[a-z]+:/, '');

/** Fills `{name}`; a name without a value is left out. One pass, so that a value can hold braces. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{([A-Za-z]+)\}/g, (_whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : '',
  );

const cleaned = (text: string, most: number): string => {
  const plain = visibleText(text).replaceAll('\t', ' ');
  return plain.length <= most ? plain : `${plain.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

/** What a maintenance window kept back. */
export interface KeptBack {
  readonly reason: string;
  readonly author: string;
  readonly from: number;
  readonly to: number;
  /** Alerts that it kept back, and those that were over at its end. */
  readonly raised: number;
  readonly over: number;
}

export interface Wording {
  readonly person: Person;
  readonly event: NoticeEvent;
  readonly alerts: readonly AlertRow[];
  /** Windows that kept some of these from people until they ended. */
  readonly keptBack?: readonly KeptBack[];
  readonly link?: string | undefined;
  /** Whether the link leads to the page on which the alert is acknowledged. */
  readonly acknowledges?: boolean;
  /** Of the configuration, before ours. */
  readonly own?: NoticeWords;
  readonly maxFactCharacters: number;
}

/** Words a message to one person about alerts of one event. Times are shown in the person's zone. */
export const wordMessage = ({
  person,
  event,
  alerts,
  keptBack = [],
  link,
  acknowledges = false,
  own = {},
  maxFactCharacters,
}: Wording): Message => {
  const language = person.language ?? 'es';
  const said = words[language];
  const ours = own[language] ?? {};
  const template = ours.events?.[event] ?? {};
  const labels = { ...said.labels, ...ours.labels };
  const zone = person.zone ?? 'America/Santiago';
  const when = new Intl.DateTimeFormat(language === 'es' ? 'es-CL' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: zone,
  });
  const shown = (value: string) =>
    /^\d{4}-\d{2}-\d{2}T.*Z$/.test(value)
      ? `${when.format(Date.parse(value))} (${zone})`
      : cleaned(value, maxFactCharacters);
  const factsOf = (alert: AlertRow) =>
    Object.entries(alert.facts)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({ name, label: labels[name] ?? name, value: shown(value) }));
  const valuesOf = (alert: AlertRow | undefined) => {
    const facts = alert === undefined ? [] : factsOf(alert);
    return {
      ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
      subject: alert === undefined ? '' : cleaned(nameOf(alert), maxFactCharacters),
      facts: facts.map(({ label, value }) => `${label} ${value}`).join(', '),
      person: person.name,
      n: String(alerts.length),
    };
  };
  const one = alerts.length === 1;
  const first = valuesOf(alerts[0]);
  const lines = alerts.slice(0, listed).map((alert) => fill(template.line ?? said.line, valuesOf(alert)));
  const more = ours.more ?? said.more;
  if (alerts.length > listed) lines.push(fill(more, { ...first, n: String(alerts.length - listed) }));
  for (const { from, to, reason, author, raised, over } of keptBack)
    lines.push(
      '',
      fill(said.keptBack, {
        reason: cleaned(reason, maxFactCharacters),
        author: cleaned(author, maxFactCharacters),
        from: shown(new Date(from).toISOString()),
        to: shown(new Date(to).toISOString()),
        raised: String(raised),
        over: String(over),
      }),
    );
  if (acknowledges) lines.push('', said.acknowledge);
  const rank = { info: 0, warning: 1, critical: 2 } as const;
  const severity = alerts.reduce<Message['severity']>(
    (worst, alert) => (rank[alert.severity] > rank[worst] ? alert.severity : worst),
    'info',
  );
  const title = one ? (template.one ?? said.title[event][0]) : (template.many ?? said.title[event][1]);
  return {
    event,
    severity,
    language: language === 'es' ? 'es-CL' : 'en',
    title: fill(title, first).replaceAll(/\s+/g, ' ').trim(),
    text: `${fill(template.intro ?? said.intro[event], first)}\n\n${lines.join('\n')}`,
    facts: one && alerts[0] !== undefined ? factsOf(alerts[0]).map(({ label, value }) => ({ label, value })) : [],
    ...(link === undefined ? {} : { link }),
  };
};

/** The same message once more, which says that it may be known already. */
export const sayRepeated = (message: Message, person: Person, own: NoticeWords = {}): Message => {
  const language = person.language ?? 'es';
  return { ...message, text: `${message.text}\n\n${own[language]?.repeated ?? words[language].repeated}` };
};
