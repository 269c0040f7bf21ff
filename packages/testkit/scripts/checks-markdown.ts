import { type CheckRow, checkTable } from '@caudal/testkit';

const sections: readonly (readonly [CheckRow['kind'], string])[] = [
  ['every', 'Every plugin'],
  ['provider', 'Providers'],
  ['rule', 'Rules'],
  ['compliance', 'Compliance targets'],
  ['notifier', 'Notifiers'],
  ['package', 'Packages'],
];

const escaped = (text: string) => text.replaceAll('|', '\\|');

/** A Markdown table whose columns are as wide as their widest cell, as the formatter wants it. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
};

/** The page of all checks, as Markdown. */
export const checksPage = (): string => {
  const parts = sections.map(([kind, heading]) => {
    const rows = checkTable
      .filter((row) => row.kind === kind)
      .map(({ id, title, why }) => [id, escaped(title), escaped(why)]);
    return `## ${heading}\n\n${table([['id', 'what holds', 'why'], ...rows])}`;
  });
  return `${[
    '# Conformance checks',
    'Generated from the table in `packages/testkit/src/checks` by `packages/testkit/scripts/checks-page.ts`; do not edit.',
    'A plugin of a kind is asked the checks of every plugin and those of its kind; its package is asked its own. Each passes, fails, or is skipped with a reason.',
    'None needs a credential or a network but loopback. How to run them: `packages/testkit/README.md`.',
    ...parts,
  ].join('\n\n')}\n`;
};
