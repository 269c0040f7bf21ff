// What `npm test` does: every check in order of cost. All stages run, so that one run shows everything that is wrong;
// only the setup stops the rest. The last line counts the tests as the test runner's own reports count them.
//
//   npm test                                     everything
//   npm test -- --only=lint,types                some stages (and what they need)
//   npm test -- --only=tests -- packages/core    the tests of some files
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { memoryFolder } from './memory-folder.mjs';
import { readJson, root, run, scratch } from './workspace.mjs';

const reports = join(scratch, 'test');
const script = (name) => [process.execPath, join(root, 'scripts', `${name}.mjs`)];
const vitest = (name, ...args) => [
  'vitest',
  'run',
  '--reporter=dot',
  '--reporter=json',
  `--outputFile.json=${join(reports, `${name}.json`)}`,
  ...args,
];

const divider = process.argv.indexOf('--', 2);
const options = process.argv.slice(2, divider < 0 ? undefined : divider);
const filters = divider < 0 ? [] : process.argv.slice(divider + 1);

const stages = [
  { name: 'setup', command: script('setup'), required: true },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'check'] },
  { name: 'unused', command: ['knip', '--no-progress', '--no-config-hints'] },
  { name: 'changesets', command: ['node', '--conditions=@caudal/source', 'scripts/changesets-check.ts'] },
  { name: 'tests', command: vitest('tests', ...filters), report: true, inMemory: true },
  { name: 'build', command: script('build') },
  { name: 'browser', command: vitest('browser', '--config=vitest.browser.config.ts'), needs: ['build'], report: true },
  { name: 'readme', command: script('readme-walk'), needs: ['build'] },
  {
    name: 'packages',
    command: vitest('packages', '--config=vitest.packages.config.ts'),
    needs: ['build'],
    report: true,
  },
];

const only = options.flatMap((option) =>
  option.startsWith('--only=') ? option.slice('--only='.length).split(',') : [],
);
const unknown = [
  ...options.filter((option) => !option.startsWith('--only=')),
  ...only.filter((name) => !stages.some((stage) => stage.name === name)),
];
if (unknown.length > 0) {
  console.error(`test: unknown ${unknown.join(', ')}; the stages are ${stages.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const wanted = (stage) =>
  only.length === 0 ||
  stage.required ||
  only.includes(stage.name) ||
  stages.some(({ name, needs }) => only.includes(name) && needs?.includes(stage.name));

/** The first lines of a failure's message, without the terminal's colours and the test runner's own frames. */
const firstLines = (text, lines) =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, lines)
    .map((line) => `      ${line.slice(0, 300)}`)
    .join('\n');

/** What failed, told once more at the very end: a long run's own report is far above by then. */
const failures = (report) =>
  report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((assertion) => assertion.status === 'failed');
    if (status === 'failed' && tests.length === 0) return [`   ${file}\n${firstLines(message ?? '', 12)}`];
    return tests.map(
      ({ fullName, failureMessages }) => `   ${file} > ${fullName}\n${firstLines(failureMessages.join('\n'), 12)}`,
    );
  });

/** A file that could not be loaded has no test of its own: it counts as one failed test. */
const count = (report) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
    ).length,
  skipped: report.numPendingTests + report.numTodoTests,
});

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const memory = memoryFolder();
const total = { passed: 0, failed: 0, skipped: 0 };
const failed = [];
const told = [];
for (const stage of stages.filter(wanted)) {
  console.log(`── ${stage.name}`);
  const start = performance.now();
  const [command, ...args] = stage.command;
  const code = failed.some((name) => stage.needs?.includes(name))
    ? 'not run'
    : await run(command, args, stage.inMemory && memory !== undefined ? { env: { TMPDIR: memory } } : {}).then(
        (end) => end.code,
        (error) => error.message,
      );
  console.log(
    `   ${stage.name} ${code === 0 ? 'ok' : `failed (${code})`}, ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
  );
  const report = join(reports, `${stage.name}.json`);
  if (stage.report && existsSync(report)) {
    const results = readJson(report);
    for (const [key, value] of Object.entries(count(results))) total[key] += value;
    told.push(...failures(results));
  }
  if (code === 0) continue;
  failed.push(stage.name);
  if (stage.required) break;
}

if (memory !== undefined) rmSync(memory, { recursive: true, force: true });
if (told.length > 0) console.log(`failed tests:\n${told.join('\n')}`);
if (failed.length > 0) console.log(`failed stages: ${failed.join(', ')}`);
const summary = `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`;
writeFileSync(join(reports, 'summary'), `${summary}\n`);
console.log(summary);
process.exitCode = failed.length > 0 || total.failed > 0 ? 1 : 0;
