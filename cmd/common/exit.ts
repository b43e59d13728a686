/** Exit codes, and the error that carries one. @module */

/** The command could not do what was asked. */
export const EXIT_FAILED = 1;
/** The command line is invalid. */
export const EXIT_USAGE = 2;
/** Ended by Ctrl-C. */
export const EXIT_INTERRUPTED = 130;

/** Options for {@linkcode CommandFailed}. */
export interface CommandFailedOptions extends ErrorOptions {
  /** Whether the message has been shown already: only the exit code is left to report. */
  readonly isShown?: boolean;
}

/** A message for the user, in one line, and the exit code. */
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
