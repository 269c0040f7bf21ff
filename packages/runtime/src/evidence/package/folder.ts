import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CaudalError } from '@caudal/core';

/** A folder that is being filled, and the SHA-256 of every file by its path in it. */
export interface PackageFolder {
  readonly path: string;
  readonly files: Record<string, string>;
  /** Answers the path, for where it is named. */
  put(path: string, content: string | Uint8Array): string;
}

/** @throws CaudalError kind `config` when something is there already */
export const createFolder = (path: string): PackageFolder => {
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0)
    throw new CaudalError('config', `${path} is not empty: nothing was written`, { sent: 'no' });
  const files: Record<string, string> = {};
  return {
    path,
    files,
    put(name, content) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
      files[name] = createHash('sha256').update(content).digest('hex');
      return name;
    },
  };
};

const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** POSIX ustar: the name, where it is long, in two parts. */
const header = (name: string, size: number, seconds: number): Buffer => {
  const block = Buffer.alloc(512);
  const cut = name.length > 100 ? name.lastIndexOf('/', 155) : -1;
  block.write(name.slice(cut + 1), 0, 100, 'utf8');
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(seconds, 12), 136);
  block.write('        0', 148);
  block.write('ustar\u000000', 257, 'latin1');
  if (cut > 0) block.write(name.slice(0, cut), 345, 155, 'utf8');
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();

const tarOf = async function* (folder: string, root: string, at: number): AsyncGenerator<Buffer> {
  for (const name of filesBelow(folder)) {
    const { size } = statSync(join(folder, name));
    yield header(`${root}/${name}`, size, Math.floor(at / 1000));
    for await (const chunk of createReadStream(join(folder, name))) yield chunk as Buffer;
    if (size % 512 > 0) yield Buffer.alloc(512 - (size % 512));
  }
  yield Buffer.alloc(1024);
};

/** Packs a folder as `.tar.gz`, over nothing. */
export const packFolder = (folder: string, root: string, file: string, at: number): Promise<void> =>
  pipeline(Readable.from(tarOf(folder, root, at)), createGzip(), createWriteStream(file, { flags: 'wx' }));
