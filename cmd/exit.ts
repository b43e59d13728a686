/** Exit codes, and the error that carries one. @module */

/** The command could not do what was asked. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;
/** Ended by Ctrl-C. */
export const EXIT_INTERRUPTED = 130;

/** What {@linkcode CommandFailed} may be told. */
export interface CommandFailedOptions extends ErrorOptions {
  /** Whether the person has read the message already: only the exit code is left to be told. */
  readonly isShown?: boolean;
}

/** One clear line for a person, and the exit code that goes with it. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly isShown: boolean;
  constructor(
    message: string,
    readonly exitCode: number = EXIT_FAILED,
    { isShown = false, ...options }: CommandFailedOptions = {},
  ) {
    super(message, options);
    this.isShown = isShown;
  }
}
