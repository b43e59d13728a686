/**
 * The screen of a terminal: an input line, a status line above it, and printed lines above both, in
 * the terminal's own scrollback.
 *
 * Text of others must be cleaned before it is printed: escape sequences take effect.
 *
 * @module
 */
import { PlainScreen } from "./plain.ts";
import { TerminalScreen } from "./terminal.ts";
import type { Screen, ScreenOptions } from "./types.ts";

export type { Screen, ScreenArea, ScreenInput, ScreenOptions, ScreenOutput } from "./types.ts";

/** Opens the terminal until the screen is disposed. Standard input must be a terminal. */
export function openScreen(options: ScreenOptions): Screen {
  const terminal = Deno.env.get("TERM") ?? (Deno.build.os === "windows" ? "windows" : "dumb");
  return terminal === "dumb" ? new PlainScreen(options) : new TerminalScreen(options);
}
