/** Exit codes, and the error that carries one. @module */

/** The command could not do what was asked. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;
/** Ended by Ctrl-C. */
export const EXIT_INTERRUPTED = 130;

/** One clear line for a person, and the exit code that goes with it. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(message: string, readonly exitCode: number = EXIT_FAILED, options?: ErrorOptions) {
    super(message, options);
  }
}
