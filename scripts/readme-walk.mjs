// Goes the way of a new operator: runs the commands of the README's own blocks, in their order, and looks at what they promise, up to a
// first chart and a first simulated receipt.
//
//   node scripts/readme-walk.mjs           in this checkout, as it is set up and built
//   node scripts/readme-walk.mjs --fresh   in a fresh clone of what is committed: installs and builds too, which takes minutes
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node, root, run } from './workspace.mjs';

if (process.argv.includes('--fresh')) {
  const clone = mkdtempSync(join(tmpdir(), 'caudal-walk-'));
  const git = await run('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone]);
  const { code } = git.code === 0 ? await run('npm', ['run', '--silent', 'walk'], { cwd: clone }) : git;
  rmSync(clone, { recursive: true, force: true });
  process.exit(code);
}

const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language, text]) => ({ language, text }),
);
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''));

const assert = (holds, what) => {
  if (!holds) throw new Error(what);
  console.log(`   ${what}`);
};

/** Starts a command line of the README; `until` resolves to what it printed once that matches. */
const start = (line) => {
  const child = spawn(line, [], { cwd: root, shell: true, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  const waiting = new Set();
  const check = (over) => {
    for (const { pattern, resolve, reject } of waiting) {
      const found = pattern.exec(printed);
      if (found !== null) resolve(found);
      else if (over) reject(new Error(`"${line}" ended before it printed ${pattern}`));
    }
  };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
    check(false);
  });
  const ended = new Promise((resolve) => {
    child.on('close', (code) => {
      check(true);
      resolve({ code, printed });
    });
  });
  return {
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        waiting.add({ pattern, resolve, reject });
        check(false);
      }),
    // The whole group: npm does not hand signals on.
    interrupt: () => process.kill(-child.pid, 'SIGINT'),
  };
};

const account = async (line) => {
  const { code, printed } = await start(line).ended;
  assert(code === 0, 'the demo ends with everything accounted for');
  assert(/DGA\s.*[1-9]\d* receipts match its ledger/.test(printed), 'receipts match the regulator’s ledger');
};

/** The page as its first visitor sees it; what the API says where there is no browser. */
const look = async (entrance, chart, receipt) => {
  const chromium = [process.env.CAUDAL_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (chromium === undefined) {
    console.log('   the page is not looked at: there is no Chromium');
    return;
  }
  const require = createRequire(join(root, 'packages', 'runtime', 'package.json'));
  const playwright = require('playwright-core');
  const browser = await playwright.chromium.launch({
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(120_000);
    await page.goto(entrance);
    await page.locator('input[name=name]').fill('Ana');
    await page.locator('input[name=email]').fill('ana@example.org');
    await page.locator('input[name=password]').fill('three words and more');
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { name: 'What needs attention' }).waitFor();
    assert(true, 'the first administrator is in');
    await page.goto(chart);
    await page.locator('.chart canvas').first().waitFor();
    assert(true, 'the first chart is drawn');
    await page.goto(receipt);
    await page.getByText(receipt.split('/').at(-1)).first().waitFor();
    assert(true, 'the first receipt is shown with what stands behind it');
  } finally {
    await browser.close();
  }
};

const page = async (line) => {
  const demo = start(line);
  try {
    const [entrance] = await demo.until(/http:\S+\/#\/setup\/\S+/);
    const [chart] = await demo.until(/http:\S+\/#\/points\/\S+/);
    const [receipt] = await demo.until(/http:\S+\/#\/trace\/\S+/);
    await demo.until(/Ctrl-C/);
    await look(entrance, chart, receipt);
  } finally {
    demo.interrupt();
  }
  await demo.ended;
};

/** The registry may not have this version yet: the project is written by the package beside, and finds the packages beside. */
const folder = mkdtempSync(join(tmpdir(), 'caudal-wells-'));
const project = join(folder, 'my-wells');
const create = async (line) => {
  const [, name] = /^npm create caudal (\S+)/.exec(line) ?? [];
  assert(name === 'my-wells', 'npm create caudal writes a project');
  const chosen = ['--providers', 'novus', '--targets', 'dga', '--notifiers', 'mail'];
  const bin = join(root, 'packages', 'create-caudal', 'dist', 'bin.js');
  const { code } = await run(node, [bin, name, ...chosen], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  assert(code === 0 && existsSync(join(project, 'caudal.config.ts')), 'the project is there');
  symlinkSync(join(root, 'examples', 'demo', 'node_modules'), join(project, 'node_modules'), 'junction');
  const yaml = blocks.find(({ language }) => language === 'yaml');
  rmSync(join(project, 'data'), { recursive: true });
  mkdirSync(join(project, 'data'));
  writeFileSync(join(project, 'data', 'wells.yaml'), yaml.text);
};

const caudal = async (line) => {
  const [, word] = /^npx caudal (\S+)/.exec(line) ?? [];
  const bin = join(root, 'packages', 'runtime', 'dist', 'bin.js');
  const { code, output } = await run(node, [bin, word], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  if (code !== 0) console.log(output);
  assert(code === 0, `caudal ${word} finds no mistake in the README's point`);
};

/** What is done with a line of the README; only the first that fits. Lines that ask the vendor or the registry are passed over by name. */
const steps = [
  [/^npm run demo -- --once$/, account],
  [/^npm run demo -- --page$/, page],
  [/^npm create caudal/, create],
  [/^npx caudal validate$/, caudal],
  [/^npx caudal check$/, undefined],
  [/^npx caudal run$/, undefined],
];

let failed = 0;
try {
  for (const line of commands) {
    const found = steps.find(([pattern]) => pattern.test(line));
    console.log(`$ ${line}${found !== undefined && found[1] === undefined ? '   (needs the vendor: not run)' : ''}`);
    if (found === undefined) throw new Error(`the README has a command that the walk does not know: ${line}`);
    await found[1]?.(line);
  }
  for (const [pattern] of steps)
    assert(
      commands.some((line) => pattern.test(line)),
      `the README has ${pattern.source}`,
    );
} catch (error) {
  console.error('readme-walk:', error);
  failed = 1;
}
rmSync(folder, { recursive: true, force: true });
process.exit(failed);
