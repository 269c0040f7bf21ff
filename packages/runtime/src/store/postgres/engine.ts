import type { Engine } from '../engine.ts';
import { openReader } from './reader.ts';
import { openWriter } from './writer.ts';

export const postgres: Engine = {
  openWriter,
  openReader,
  readsAtOnce: 4,
};
