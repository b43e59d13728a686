/**
 * The terminal face: an input line that nothing tears, a status line above it, and what is printed
 * above both, in the terminal's own scrollback.
 *
 * Foreign text must be cleaned before it comes here: escape sequences that are printed take effect.
 *
 * @module
 */
import { PlainScreen } from "./plain.ts";
import { TerminalScreen } from "./terminal.ts";
import type { Screen, ScreenOptions } from "./types.ts";

export type { Screen, ScreenArea, ScreenInput, ScreenOptions, ScreenOutput } from "./types.ts";

/** Takes the terminal over until the screen is disposed. Standard input must be a terminal. */
export function openScreen(options: ScreenOptions): Screen {
  const terminal = Deno.env.get("TERM") ?? (Deno.build.os === "windows" ? "windows" : "dumb");
  return terminal === "dumb" ? new PlainScreen(options) : new TerminalScreen(options);
}
