/** QARTOD's primary flags: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. */
export const Flag = { good: 1, notEvaluated: 2, suspect: 3, fail: 4, missing: 9 } as const;

export type Flag = (typeof Flag)[keyof typeof Flag];

/** Precedence when several rules judge one value: 9 < 2 < 1 < 3 < 4. Indexed by flag. */
const rank = Uint8Array.of(0, 3, 2, 4, 5, 0, 0, 0, 0, 1);

/** The flag that stands when a value has both. Associative, commutative, idempotent. */
export const worseFlag = (a: Flag, b: Flag): Flag => ((rank[a] ?? 0) >= (rank[b] ?? 0) ? a : b);
