import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import rateLimit from '@fastify/rate-limit';
import { createAckLinks } from '../notify/ack-link.ts';
import { ackAlert } from '../operate/alerts.ts';
import type { Services } from '../services.ts';
import type { AlertRow } from '../store/rows.ts';

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const words = {
  es: {
    title: 'Dar por recibido un aviso',
    since: 'Desde',
    ask: 'Doy por recibido este aviso y me hago cargo',
    note: 'Nota (opcional)',
    done: 'El aviso quedó por recibido. No se repite ni pasa a otra persona.',
    known: 'Ya lo dio por recibido',
    over: 'El aviso ya terminó.',
    invalid: 'Este enlace no sirve: venció o está incompleto.',
  },
  en: {
    title: 'Acknowledge an alert',
    since: 'Since',
    ask: 'I acknowledge this alert and take care of it',
    note: 'Note (optional)',
    done: 'The alert is acknowledged. It is not repeated nor passed on.',
    known: 'Already acknowledged by',
    over: 'The alert is over.',
    invalid: 'This link does not work: it has expired or is not complete.',
  },
} as const;

type Language = keyof typeof words;

const page = (language: Language, content: string) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${words[language].title}</title></head>
<body><main><h1>${words[language].title}</h1>
${content}
</main></body></html>
`;

const notesAtMost = 2_000;

/**
 * Where the link of a notice leads. Opening it shows the alert and a button: programs that look at the links of mails follow them, and
 * must not act. Only the form acts. No log-in: the link is of one alert and one person, and expires.
 */
export const addAckPage = (server: FastifyInstance, services: Services): void => {
  const links = createAckLinks(services);
  const give = (reply: FastifyReply, status: number, language: Language, content: string) =>
    reply
      .code(status)
      .headers({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' })
      .type('text/html; charset=utf-8')
      .send(page(language, content));
  const say = (text: string) => `<p role="status">${escape(text)}</p>`;

  const find = async (token: string) => {
    const claim = await links.read(token);
    const [alert] = claim === null ? [] : await services.store.read.alerts([claim.alert]);
    if (claim === null || alert === undefined) return null;
    const person = services.domain.people.get(claim.person);
    return { alert, claim, name: person?.name ?? claim.person, language: person?.language ?? 'es', zone: person?.zone };
  };

  const about = (alert: AlertRow, language: Language, zone = 'America/Santiago') => {
    const since = new Intl.DateTimeFormat(language === 'es' ? 'es-CL' : 'en-GB', {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: zone,
    }).format(alert.openedAt);
    const facts = Object.entries(alert.facts)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(services.redact.text(value).slice(0, 500))}</dd>`)
      .join('');
    return `<p><strong>${escape(alert.subject)}</strong> (${escape(alert.rule)})</p>
<p>${words[language].since} ${escape(since)} (${escape(zone)})</p><dl>${facts}</dl>`;
  };

  void server.register(async (pages) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16_384 },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    await pages.register(rateLimit, { max: 60, timeWindow: 60_000, keyGenerator: (request) => request.ip });
    pages.get<{ Params: { token: string } }>('/a/:token', async (request, reply) => {
      const found = await find(request.params.token);
      if (found === null) return give(reply, 404, 'es', say(`${words.es.invalid} ${words.en.invalid}`));
      const { alert, language, zone } = found;
      const said = words[language];
      const what = about(alert, language, zone);
      if (alert.acked !== null) return give(reply, 200, language, `${what}${say(`${said.known} ${alert.acked.by}.`)}`);
      if (alert.closedAt !== null) return give(reply, 200, language, `${what}${say(said.over)}`);
      return give(
        reply,
        200,
        language,
        `${what}<form method="post"><p><label>${said.note}<br><textarea name="note" rows="3" cols="40" maxlength="${notesAtMost}"></textarea></label></p>
<p><button type="submit">${said.ask}</button></p></form>`,
      );
    });
    pages.post('/a/:token', async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
      const found = await find(request.params.token);
      if (found === null) return give(reply, 404, 'es', say(`${words.es.invalid} ${words.en.invalid}`));
      const { alert, claim, name, language, zone } = found;
      const said = words[language];
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const note = (form.get('note') ?? '').slice(0, notesAtMost);
      const after =
        alert.acked === null && alert.closedAt === null
          ? await ackAlert(services, { alert: alert.id, note, name }, `person:${claim.person}`)
          : alert;
      const mine = after.acked?.by === name;
      const text = after.acked === null ? said.over : mine ? said.done : `${said.known} ${after.acked.by}.`;
      return give(reply, 200, language, `${about(after, language, zone)}${say(text)}`);
    });
  });
};
