/** An attack on the real program, and the figures it leaves. @module */

/** One measured figure, beside what it must keep to. */
export interface Figure {
  /** What was measured, in a few words. */
  readonly what: string;
  /** What came out, with its unit. */
  readonly figure: string;
  /** What it must keep to, in words; absent where there is no limit. */
  readonly limit?: string;
  /** Whether it kept to it. */
  readonly isMet: boolean;
}

/** What an attack may ask for. */
export interface AttackOptions {
  /** How long it may go on, in milliseconds; it stops by itself before that. */
  readonly budgetMs: number;
}

/**
 * An attack: starts what it needs on loopback, does its worst for a bounded time, and leaves nothing running.
 * An error it throws is a figure that is not met.
 */
export interface Attack {
  /** Chosen on the command line by it. */
  readonly name: string;
  /** One sentence: what is done to the program. */
  readonly summary: string;
  run(options: AttackOptions): Promise<readonly Figure[]>;
}
