/** Standard output of a client that is not on a terminal. @module */
import { EXIT_FAILED } from "../../exit.ts";

/**
 * Writes at once: what a program reads is never behind what has happened, and a slow reader slows us down. Where there is
 * no room for it the program ends: it would go on in silence.
 */
export function writeOut(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    // Nobody reads any more; the input will end soon as well.
    if (error instanceof Deno.errors.BrokenPipe) return;
    const why = error instanceof Error ? error.message : String(error);
    console.error(`chat: Cannot write to standard output: ${why}`);
    Deno.exit(EXIT_FAILED);
  }
}
