/** Standard output of a client that is not on a terminal. @module */
import { messageOf } from "../../../core/ground/message_of.ts";
import { EXIT_FAILED } from "../../common/exit.ts";

/**
 * Writes synchronously: the output is never behind the events, and a slow reader slows the client down. On a full disk
 * the program exits, instead of running on without output.
 */
export function writeOut(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    // The reader is gone; the input will end soon as well.
    if (error instanceof Deno.errors.BrokenPipe) return;
    const why = messageOf(error);
    console.error(`chat: Cannot write to standard output: ${why}`);
    Deno.exit(EXIT_FAILED);
  }
}
