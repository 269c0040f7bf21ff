import { CaudalError, isCaudalError } from '@caudal/core';

/** The right to one part of the work, as one instance has it. Each taking has a greater epoch; what is written in its name carries it. */
export interface Claim {
  readonly role: string;
  readonly epoch: number;
}

/** What an instance finds when it looks. */
export interface Look {
  /** Its own since now. */
  readonly taken: readonly Claim[];
  /** Of those it said it holds: another one has them by now. */
  readonly lost: readonly Claim[];
  /** Who does what this one would do as well, by role. */
  readonly others: ReadonlyMap<string, string>;
  /** An instance that has less to do would take this one. */
  readonly wanted?: { readonly claim: Claim; readonly by: string };
}

/** Who does what on a database on which several instances work. Times are the server's, so that no instance's clock has to be right. */
export interface Claims {
  /** One has to look this often. What it holds is another's for the taking when it did not for a whole lease. */
  readonly everyMs: number;
  /**
   * Renews what is held and takes what nobody has.
   *
   * @param roles all that this instance does
   * @param free those of them that it could begin with now
   */
  look(input: {
    readonly roles: readonly string[];
    readonly free: readonly string[];
    readonly holds: readonly Claim[];
  }): Promise<Look>;
  /**
   * Asks the server just before something that can not be taken back.
   *
   * @throws CaudalError kind `transient`, sent `no`, when it is another's by now, could be before long, or the server did not answer
   */
  confirm(claim: Claim): Promise<void>;
  /** From now on nothing is written in its name. `to` has the first right to it for a moment. */
  give(claim: Claim, to?: string): Promise<void>;
  close(): Promise<void>;
}

/** How the message begins: it crosses threads, where codes do not. */
const beginning = 'another instance has taken over';

export const claimLost = (role: string): CaudalError =>
  new CaudalError('transient', `${beginning} "${role}": nothing is written in its name here any more`, {
    sent: 'no',
    scope: 'item',
  });

/** What was to be written belongs to a part of the work that another instance has by now. */
export const isClaimLost = (error: unknown): boolean => isCaudalError(error) && error.message.startsWith(beginning);

/** Told apart where claims of one instance are counted. */
export const claimKey = ({ role, epoch }: Claim): string => `${role} ${epoch}`;
