/** An attack on the real program, and the figures it produces. @module */

/** One measured figure and its limit. */
export interface Figure {
  /** What was measured, in a few words. */
  readonly what: string;
  /** The result, with its unit. */
  readonly figure: string;
  /** The limit, as text; absent where there is none. */
  readonly limit?: string;
  /** Whether the result is within the limit. */
  readonly isMet: boolean;
}

/** What an attack is given. */
export interface AttackOptions {
  /** Time budget in milliseconds; the attack stops by itself before that. */
  readonly budgetMs: number;
}

/**
 * An attack: starts what it needs on loopback, runs for a bounded time, and leaves nothing running.
 * An error that it throws counts as a figure above its limit.
 */
export interface Attack {
  /** Its name on the command line. */
  readonly name: string;
  /** One sentence: what is done to the program. */
  readonly summary: string;
  run(options: AttackOptions): Promise<readonly Figure[]>;
}
