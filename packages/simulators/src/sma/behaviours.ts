import { type Fault, isFault } from '../faults.ts';

/**
 * How a POST of measurements is treated.
 *
 * | behaviour | stored | answer |
 * |---|---|---|
 * | `normal` | if valid | by the contract |
 * | `no-id` | if valid | success without `IdVerificacion` |
 * | `forbidden` | no | 403 |
 * | `expire` | no | 401, and every token that was given is void |
 * | any {@link Fault} | as the fault says | as the fault says |
 */
export type RegistrosBehaviour = 'normal' | 'no-id' | 'forbidden' | 'expire' | Fault;

/** How a login is treated: `void` gives a token that is refused at once. */
export type AuthBehaviour = 'normal' | 'void' | Fault;

const registros: ReadonlySet<string> = new Set(['normal', 'no-id', 'forbidden', 'expire']);

export const isRegistrosBehaviour = (name: string): name is RegistrosBehaviour => registros.has(name) || isFault(name);
export const isAuthBehaviour = (name: string): name is AuthBehaviour =>
  name === 'normal' || name === 'void' || isFault(name);
