/**
 * Who owns the terminal: a state and a pure step function.
 *
 * ```text
 * drawing <-> lent      drawing, lent -> finishing -> closed      any -> closed
 * ```
 *
 * @module
 */

/**
 * `drawing`: the screen owns it. `lent`: the shell does (Ctrl-Z). `finishing`: the last lines are printed and the area
 * is erased. `closed`: the terminal is restored.
 */
export type DisplayState = "drawing" | "lent" | "finishing" | "closed";

/** An input of {@linkcode stepDisplay}. */
export type DisplayEvent = "lend" | "resume" | "finish" | "close";

const NEXT: {
  readonly [state in DisplayState]: { readonly [event in DisplayEvent]?: DisplayState };
} = {
  // SIGCONT also follows a SIGSTOP from outside.
  drawing: { lend: "lent", resume: "drawing", finish: "finishing", close: "closed" },
  lent: { lend: "lent", resume: "drawing", finish: "finishing", close: "closed" },
  finishing: { close: "closed" },
  closed: {},
};

/**
 * The next state; `undefined` when the event does not apply. Nothing leaves "closed".
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
