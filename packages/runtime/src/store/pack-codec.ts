import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CaudalError } from '@caudal/core';

/** Of Zstandard (RFC 8878): a tenth of the bytes at 40 MB/s; higher levels give little more for ten times the time. */
const level = 9;

/** How packs are compressed. A codec that was ever written stays here, so that it can be read. */
const codecs = {
  zstd: {
    compress: (bytes: Uint8Array): Uint8Array =>
      zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } }),
    decompress: (data: Uint8Array, size: number): Uint8Array =>
      zstdDecompressSync(data, { maxOutputLength: Math.max(size, 1) }),
  },
} as const;

export type PackCodec = keyof typeof codecs;

/** The one that is written now. */
export const presentCodec: PackCodec = 'zstd';

export const compressPack = (bytes: Uint8Array): Uint8Array => codecs[presentCodec].compress(bytes);

/** @throws kind `config` for a pack that is not what was written: the file is damaged, or of a newer program */
export const decompressPack = (pack: {
  readonly id: number;
  readonly codec: string;
  readonly size: number;
  readonly data: Uint8Array;
}): Uint8Array => {
  const damaged = (why: string, cause?: unknown): never => {
    throw new CaudalError('config', `pack ${pack.id} of raw records can not be read: ${why}; restore a backup`, {
      sent: 'no',
      ...(cause === undefined ? {} : { cause }),
    });
  };
  if (!Object.hasOwn(codecs, pack.codec))
    return damaged(`it is compressed as "${pack.codec}", which is not known here`);
  let bytes: Uint8Array;
  try {
    bytes = codecs[pack.codec as PackCodec].decompress(pack.data, pack.size);
  } catch (thrown) {
    return damaged((thrown as Error).message, thrown);
  }
  return bytes.length === pack.size ? bytes : damaged(`${pack.size} bytes were written, ${bytes.length} are there`);
};
