import { open } from 'node:fs/promises';
import { CaudalError, type Json, type Message, toCaudalError } from '@caudal/core';
import { contentHash } from '../config/domain.ts';
import { acts, type KeyDetail, keySubject } from '../evidence/acts.ts';
import { headLine, type SignedHead, signHead } from '../evidence/heads.ts';
import { openSigningKey, type SigningKey } from '../evidence/keys.ts';
import type { Services } from '../services.ts';
import type { ChainRow } from '../store/rows.ts';

const minute = 60_000;
const hour = 60 * minute;
const atOnce = 1_000;

/** The key that signs at the end of the chain. */
const keyInForce = async ({ store }: Pick<Services, 'store'>): Promise<KeyDetail | undefined> => {
  const [row] = await store.read.auditTrail({ subject: keySubject, limit: 1 });
  return row?.detail as KeyDetail | undefined;
};

/** The configured key, which the chain knows: the first one introduces itself. */
const openKey = async (services: Services, reference: NonNullable<Services['options']['audit']['key']>) => {
  const key = openSigningKey(await services.secret(reference));
  const known = await keyInForce(services);
  if (known === undefined)
    await services.store.write.audit([
      {
        at: services.clock.now(),
        actor: 'runtime',
        act: acts.keyIntroduced,
        subject: keySubject,
        hash: null,
        detail: { key: key.key, publicKey: key.publicKey },
      },
    ]);
  else if (known.key !== key.key)
    throw new CaudalError(
      'config',
      `the audit key is ${key.key}, and the chain is signed by ${known.key}: put that one in place, or rotate it with "caudal audit rotate-key"`,
      { sent: 'no' },
    );
  return key;
};

const signEnd = async ({ store, clock }: Services, key: SigningKey): Promise<SignedHead> => {
  const end = (await store.read.chainEnd()) as ChainRow;
  const newest = await store.read.newestHead();
  if (newest?.seq === end.seq) return newest;
  const head = signHead(end, clock.now(), key);
  await store.write.putHead(head);
  return head;
};

/** Signs the chain as it stands. Null without a key. */
export const signNow = async (services: Services): Promise<SignedHead | null> => {
  const { key: reference } = services.options.audit;
  return reference === undefined ? null : signEnd(services, await openKey(services, reference));
};

const isDue = async ({ store, options: { audit } }: Services, now: number): Promise<boolean> => {
  const end = (await store.read.chainEnd())?.seq ?? 0;
  const newest = await store.read.newestHead();
  const unsigned = end - (newest?.seq ?? 0);
  return (
    unsigned >= audit.headEntries || newest === null || (unsigned > 0 && now - newest.at >= audit.headMinutes * minute)
  );
};

/** On disk before they count as published; a line that is there already may come again, which says nothing else. */
const appendLines = async (path: string, heads: readonly SignedHead[]): Promise<void> => {
  const file = await open(path, 'a');
  try {
    await file.appendFile(heads.map((head) => `${headLine(head)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
};

const writeOut = async ({ store, options: { audit } }: Services): Promise<void> => {
  for (;;) {
    const heads = await store.read.unpublishedHeads(atOnce);
    if (heads.length === 0) return;
    if (audit.headsFile !== undefined) await appendLines(audit.headsFile, heads);
    await store.write.headsPublished(heads.map(({ seq }) => seq));
  }
};

const wordsOf = (head: SignedHead, language: string | undefined): Pick<Message, 'title' | 'text'> =>
  language === undefined || language.startsWith('es')
    ? {
        title: `Auditoría firmada hasta la entrada ${head.seq}`,
        text: `Conserve este mensaje: con él se puede probar que nada de lo registrado hasta la entrada ${head.seq} fue cambiado después.\n\n${headLine(head)}`,
      }
    : {
        title: `Audit signed to entry ${head.seq}`,
        text: `Keep this message: it can prove that nothing recorded up to entry ${head.seq} was changed later.\n\n${headLine(head)}`,
      };

/** The newest head as a notice, through the outbox of all notices. The same head is one notice for each who gets it. */
const tell = async (services: Services, now: number): Promise<void> => {
  const { store, options, domain } = services;
  const head = await store.read.newestHead();
  if (head === null || options.audit.tell.length === 0) return;
  const told = (await store.read.recall('audit.told')) as { at: number; seq: number } | null;
  if (told !== null && (told.seq === head.seq || now - told.at < options.audit.tellHours * hour)) return;
  const notices = options.audit.tell.map(({ person, channel }) => {
    const language = domain.people.get(person)?.language;
    const message: Message = {
      event: 'audit.head',
      severity: 'info',
      language: language ?? 'es',
      ...wordsOf(head, language),
      facts: [],
    };
    return {
      id: contentHash({ head: headLine(head), person, channel }),
      person,
      channel,
      event: 'audit.head',
      alerts: [],
      state: 'pending' as const,
      nextAt: now,
      attempts: 0,
      externalId: null,
      reason: null,
      createdAt: now,
      sentAt: null,
      message: message as unknown as Json,
    };
  });
  await store.write.createNotices(notices, []);
  await store.write.remember([{ key: 'audit.told', value: { at: now, seq: head.seq } }]);
  services.wake('notify');
};

/** Signs what is new and brings it out of reach. What goes wrong is told to people and tried again: the work goes on. */
export const keepHeads = async (services: Services): Promise<void> => {
  const { store, clock, options, log } = services;
  if (options.audit.key === undefined) return;
  const now = clock.now();
  const alert = { rule: 'audit.heads', subject: 'audit' };
  try {
    if (await isDue(services, now)) await signNow(services);
    await writeOut(services);
    await tell(services, now);
    await store.write.changeAlerts({ open: [], close: [{ ...alert, at: now }] });
  } catch (thrown) {
    const reason = services.redact.text(toCaudalError(thrown).message);
    log.stream('system').error({ reason }, 'the audit could not be signed or its head not be published');
    await store.write.changeAlerts({
      open: [{ ...alert, event: 'system', point: null, severity: 'critical', openedAt: now, facts: { reason } }],
      close: [],
    });
    services.wake('notify');
  }
};
