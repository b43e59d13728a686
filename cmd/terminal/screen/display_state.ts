/**
 * Who has the terminal, as one value and one pure step function.
 *
 * ```text
 * drawing <-> lent      drawing, lent -> finishing -> closed      any -> closed
 * ```
 *
 * @module
 */

/**
 * Where a screen is: it draws; it lent the terminal to the shell (Ctrl-Z); it prints the last lines and takes its
 * area away; it gave the terminal back.
 */
export type DisplayState = "drawing" | "lent" | "finishing" | "closed";

/** What happens to a screen. */
export type DisplayEvent = "lend" | "resume" | "finish" | "close";

const NEXT: {
  readonly [state in DisplayState]: { readonly [event in DisplayEvent]?: DisplayState };
} = {
  // A process that was stopped by somebody else resumes as well.
  drawing: { lend: "lent", resume: "drawing", finish: "finishing", close: "closed" },
  lent: { lend: "lent", resume: "drawing", finish: "finishing", close: "closed" },
  finishing: { close: "closed" },
  closed: {},
};

/**
 * The next state; `undefined` when the event makes no sense. Nothing leaves "closed".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stepDisplay } from "./display_state.ts";
 * assert.equal(stepDisplay("drawing", "lend"), "lent");
 * assert.equal(stepDisplay("closed", "resume"), undefined);
 * ```
 */
export function stepDisplay(state: DisplayState, event: DisplayEvent): DisplayState | undefined {
  return NEXT[state][event];
}
