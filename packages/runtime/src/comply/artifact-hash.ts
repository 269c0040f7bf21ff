import { sha256 } from '../evidence/chain.ts';

/** Hash of an artifact with its slots unfilled, as stored and shown. */
export const artifactHash = (artifact: unknown): string => sha256(JSON.stringify(artifact));
