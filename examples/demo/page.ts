import type { Account } from './account.ts';
import { paint } from './paint.ts';

const row = (name: string, text: string) => `  ${name.padEnd(12)}  ${text}`;

const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(' · ');

/** What was measured a moment ago may not have been asked for. */
const stillToCome = ({ readings, values, unaccounted }: Account) =>
  readings === values || unaccounted > 0 ? '' : ` · ${readings - values} of the last minutes still to come`;

/** The account as a page. */
export const accountPage = (account: Account): readonly string[] => [
  paint(1, 'The account'),
  row(
    'readings',
    `${account.readings} measured by the devices, ${account.values} held, each as it was read${stillToCome(account)}`,
  ),
  row('findings', listed(account.findings)),
  ...Object.entries(account.submissions).map(([target, states]) =>
    row(
      target.toUpperCase(),
      `${listed(states)} · ${account.receipts[target] ?? 0} receipts match its ledger · ${account.violations[target] ?? 0} rules broken`,
    ),
  ),
  row('messages', listed(account.messages)),
  row(
    'unaccounted',
    account.unaccounted === 0 ? paint(32, '0: nothing lost, nothing invented') : paint(31, String(account.unaccounted)),
  ),
  ...account.missing.map((text) => row('', paint(31, text))),
];

/** What to look at next. */
export const nextPage = (folder: string, receipt: string | null | undefined): readonly string[] => [
  paint(1, 'Look next'),
  ...(receipt == null
    ? []
    : [
        row('the proof', `cd examples/demo && CAUDAL_DEMO=${folder} npx caudal trace ${receipt}`),
        row('the state', `cd examples/demo && CAUDAL_DEMO=${folder} npx caudal status`),
      ]),
  row('the mails', `${folder}/mails`),
  row('your own', 'npm create caudal my-wells'),
];

/** Where the page is and what is to be seen there first. */
export const openPage = (
  url: string | null,
  token: string | null,
  receipt: string | null | undefined,
): readonly string[] => [
  paint(1, 'The page'),
  row('log in', `${url}/#/setup/${token}`),
  row('a chart', `${url}/#/points/campus?span=all`),
  ...(receipt == null ? [] : [row('a receipt', `${url}/#/trace/${receipt}`)]),
  row('', 'Ctrl-C ends it.'),
];
