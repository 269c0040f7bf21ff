// Verifies an evidence package with nothing but Node.js: node verify.mjs <folder> [public.pem]
// The steps are those of VERIFY.md in the package. Exit code 0: proven. 1: not.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder, keyFile] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node verify.mjs <folder> [public.pem]');
const faults = [];
const check = (holds, fault) => holds || faults.push(fault);
const sha = (data) => createHash('sha256').update(data).digest('hex');
const bytes = (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path)) : Buffer.alloc(0));
const json = (path) => JSON.parse(bytes(path).toString() || '{}');
const hashOf = (path) => (path === undefined ? null : sha(bytes(path)));

// 1. The chain, from the link before its first entry to its last.
const { first = 1, previous = '', last } = json('chain/chain.json');
let [seq, link] = [first - 1, previous];
const entries = [];
for (const line of bytes('chain/entries.jsonl').toString().split('\n').slice(0, -1)) {
  seq += 1;
  const digest = line.startsWith('"') ? JSON.parse(line) : sha(line);
  link = sha(Buffer.from(link + digest, 'hex'));
  if (line.startsWith('"')) continue;
  const entry = JSON.parse(line);
  check(entry.seq === seq, `chain: entry ${entry.seq} stands at ${seq}`);
  entries.push(entry);
}
check(seq === last, `chain: ends at ${seq}, not ${last}`);

// 2. Its signed end.
const head = json('chain/head.json');
const pem = keyFile === undefined ? bytes('chain/public.pem') : readFileSync(keyFile);
const isSigned = ({ at, key: name, link: to, seq: end, signature }) => {
  const key = createPublicKey(pem);
  const text = JSON.stringify({ at, key: name, link: to, seq: end, type: 'caudal.audit-head/v1' });
  const named = name === sha(key.export({ type: 'spki', format: 'der' })).slice(0, 16);
  return named && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
};
check(head.signature !== undefined && pem.length > 0 && isSigned(head), 'head: not signed by this key');
check(head.seq === last && head.link === link, 'head: the chain does not end in what was signed');

// 3. The manifest, and every file.
const manifest = json('manifest.json');
const sealed = entries.findLast(({ act }) => act === 'evidence exported');
check(sealed?.hash === sha(bytes('manifest.json')), 'manifest.json: not the one in the chain');
for (const [path, hash] of Object.entries(manifest.files ?? {}))
  check(hashOf(path) === hash, `${path}: changed or missing`);
for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = relative(folder, join(found.parentPath, found.name)).replaceAll('\\', '/');
  const known = Object.hasOwn(manifest.files ?? {}, path) || path === 'manifest.json' || path.startsWith('chain/');
  if (!found.isDirectory()) check(known, `${path}: not in the manifest`);
}

// 4. What went, what came and what stands behind it, against the entries about it.
const stepsOf = (path) => path && json(path).flatMap(({ history }) => history.map((step) => sha(JSON.stringify(step))));
const startOf = (one) => ({ ...one, opened: [], said: [], must: false, steps: new Set(stepsOf(one.tasks)) });
const submissions = new Map(manifest.submissions?.map((one) => [one.id, startOf(one)]));
const behind = (one, { report, sources = [], basis = {} }) => {
  if (report !== undefined) check(hashOf(one.report) === report, `${one.id}: another report than in the chain`);
  for (const { raw, hash } of sources)
    check(hashOf(manifest.raw[raw]) === hash, `raw ${raw}: not what is in the chain`);
  for (const [id, hash] of Object.entries(basis)) check(hashOf(manifest.basis[id]) === hash, `basis ${id}: another`);
};
for (const { seq: at, act, subject, hash, detail } of entries) {
  const one = submissions.get(subject);
  if (one === undefined || detail === undefined) continue;
  const attempt = one.attempts.find(({ id }) => id === detail.attempt);
  const later = at > manifest.asOf;
  check(detail.attempt === undefined || attempt || later, `${subject}: attempt ${detail.attempt} is left out`);
  if (act === 'attempt opened' && attempt) {
    one.opened.push(attempt.id);
    check(hashOf(attempt.artifact) === hash, `${subject}: another artifact than in the chain`);
  }
  if (act === 'attempt closed' && attempt && !(later && attempt.answer === undefined))
    check(hashOf(attempt.answer) === hash, `${subject}: another answer than in the chain`);
  if (act === 'correction task')
    check(one.steps.delete(hash) || later, `${subject}: a correction is left out, or another than in the chain`);
  if ((act === 'attempt opened' && attempt) || act === 'receipt entered') behind(one, detail);
  if (typeof detail.receipt === 'string') [one.said, one.must] = [[...one.said, detail.receipt], one.must || !later];
}

// 5. Nothing left out.
for (const { id, attempts, opened, said, must, receipt, steps } of submissions.values()) {
  check(steps.size === 0, `${id}: a correction that is not in the chain`);
  for (const attempt of attempts)
    check(attempt.chained === false || opened.includes(attempt.id), `${id}: attempt ${attempt.id} is not in the chain`);
  check(
    receipt === null ? !must : said.length === 0 || said.includes(receipt),
    `${id}: another receipt than in the chain`,
  );
}
console.log(
  faults.length > 0
    ? faults.join('\n')
    : `proven: ${submissions.size} submissions, entries ${first} to ${last}, key ${head.key}`,
);
if (keyFile === undefined) console.log(`compare the key ${head.key} with one that you got elsewhere`);
process.exitCode = faults.length > 0 ? 1 : 0;
