/** What there is to know of a command: for its help, for completion, to find it. @module */

/** What can be said of a command without running it. */
export interface CommandFacts {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What comes after the name: `NAME TEXT`, `[ROOM]`; empty when nothing does. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More lines for `/help NAME`. */
  readonly details?: readonly string[];
  /** What its arguments are, for completion; `person-paths`: a name, then paths of this machine. */
  readonly completes?: "person" | "room" | "command" | "person-paths";
  /** Whether it may be typed without a slash before signing in. */
  readonly bare?: boolean;
  /** Whether others read what comes after the name: it is given as typed, blanks included, and never a password. */
  readonly saysText?: boolean;
  /** Whether, in front of a person, the next line need not wait for it. */
  readonly background?: boolean;
}
