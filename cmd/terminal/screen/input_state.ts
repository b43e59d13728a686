/**
 * What keys do on a terminal in raw mode: a state and a pure step function.
 *
 * ```text
 * typing <-> asking      typing, asking -> ended
 * ```
 *
 * @module
 */
import type { EnteredLine, FaceEnd } from "../face/face.ts";
import { type KeyEvent, type KeyPress, MAX_PASTE_LENGTH, type PastedText } from "./keys.ts";
import { LINE_BREAK } from "./layout.ts";
import type { OpenQuestions, ScreenQuestion } from "./questions.ts";

/** The receiver of keys. `isPasted`: the input line started with a paste. */
export type InputState =
  /** The input line. */
  | { readonly at: "typing"; readonly isPasted: boolean }
  /** The first question; the others wait. */
  | { readonly at: "asking"; readonly isPasted: boolean; readonly questions: OpenQuestions }
  /** The input line, but its lines are not given any more. */
  | { readonly at: "ended" };

/** A key or a paste, with the current text of its line; a new question; the end of the input. */
export type InputEvent =
  | KeyEvent & { readonly typed: string }
  | { readonly kind: "asked"; readonly question: ScreenQuestion }
  | { readonly kind: "ended" };

/** Effects, to perform in order. The first four apply to the line that receives keys. */
export type InputEffect =
  | { readonly do: "press"; readonly key: KeyPress }
  | { readonly do: "insert"; readonly text: string }
  | { readonly do: "clear-line" }
  | { readonly do: "complete" }
  /** Empties the input line and adds it to the history. */
  | { readonly do: "enter"; readonly text: string }
  | { readonly do: "give"; readonly line: EnteredLine }
  | { readonly do: "answer"; readonly id: number; readonly text: string | undefined }
  | { readonly do: "end"; readonly outcome: FaceEnd }
  /** Queues further keys: they may belong to a question that is about to be asked. */
  | { readonly do: "hold-keys" }
  | { readonly do: "release-keys" }
  | { readonly do: "print"; readonly text: string }
  | { readonly do: "clear-screen" }
  | { readonly do: "suspend" };

/** The initial state. */
export const FIRST_INPUT: InputState = { at: "typing", isPasted: false };

/** The result of {@linkcode stepInput}. */
export interface InputStep {
  readonly state: InputState;
  readonly effects: readonly InputEffect[];
}

/**
 * The next state and its effects. Nothing leaves "ended"; each question is answered once.
 *
 * @example Enter gives the line
 * ```ts
 * import assert from "node:assert/strict";
 * import { FIRST_INPUT, stepInput } from "./input_state.ts";
 * const enter = { kind: "key", text: "\r", key: { name: "return" }, typed: "hi" } as const;
 * const { effects } = stepInput(FIRST_INPUT, enter);
 * assert(effects.some((effect) => effect.do === "give" && effect.line.text === "hi"));
 * ```
 */
export function stepInput(state: InputState, event: InputEvent): InputStep {
  switch (event.kind) {
    case "asked":
      return ask(state, event.question);
    case "ended":
      return end(state, "end-of-input");
    case "paste":
      return paste(state, event);
    case "key":
      return press(begun(state, event.typed), event);
  }
}

/** The question that receives keys. */
export function currentQuestion(state: InputState): ScreenQuestion | undefined {
  return state.at === "asking" ? state.questions[0] : undefined;
}

/** An empty line did not start with a paste, even if it was pasted into before. */
function begun(state: InputState, typed: string): InputState {
  return state.at === "typing" && typed === "" ? FIRST_INPUT : state;
}

function press(
  state: InputState,
  event: KeyPress & { readonly typed: string },
): InputStep {
  const { text, key, typed } = event;
  switch (key.ctrl === true ? key.name : undefined) {
    case "c":
      return interrupt(state, typed);
    case "d":
      if (typed !== "") break;
      return state.at === "asking" ? answer(state, undefined) : end(state, "end-of-input");
    case "l":
      return { state, effects: [{ do: "clear-screen" }] };
    case "z":
      return { state, effects: [{ do: "suspend" }] };
  }
  if (key.name === "return" && key.meta === true) {
    return { state, effects: [{ do: "insert", text: LINE_BREAK }] };
  }
  if (key.name === "return" || key.name === "enter") return enter(state, typed);
  if (key.name === "tab") {
    return { state, effects: state.at === "asking" ? [] : [{ do: "complete" }] };
  }
  return { state, effects: [{ do: "press", key: { kind: "key", text, key } }] };
}

function interrupt(state: InputState, typed: string): InputStep {
  if (state.at === "asking") return answer(state, undefined);
  return typed === "" ? end(state, "interrupted") : { state, effects: [{ do: "clear-line" }] };
}

function enter(state: InputState, typed: string): InputStep {
  if (state.at === "asking") {
    // Keys typed ahead may belong to the next question.
    const { state: next, effects } = answer(state, typed.replaceAll(LINE_BREAK, " "));
    return { state: next, effects: [{ do: "hold-keys" }, ...effects] };
  }
  const entered: InputEffect = { do: "enter", text: typed };
  if (typed === "" || state.at === "ended") return { state, effects: [entered] };
  return {
    state: FIRST_INPUT,
    effects: [entered, { do: "hold-keys" }, ...give(typed.split(LINE_BREAK), state.isPasted)],
  };
}

function give(lines: readonly string[], isPasted: boolean): readonly InputEffect[] {
  const isText = lines.length > 1;
  if (isText && !isPasted && isCommand(lines[0]!)) {
    const text = "! A command has one line: nothing was done, and nothing was said";
    return [{ do: "print", text }];
  }
  return lines.map((text) => ({ do: "give", line: { text, isText } }));
}

/** A slash and a name; a path has more slashes. */
function isCommand(line: string): boolean {
  return /^\s*\/[a-z]+(?:\s|$)/i.test(line);
}

function paste(
  state: InputState,
  { text, isTooLong, typed }: PastedText & { readonly typed: string },
): InputStep {
  if (isTooLong) {
    const most = MAX_PASTE_LENGTH / 1024;
    const refused = `! What you pasted was not taken: it has more than ${most} Ki characters`;
    return { state, effects: [{ do: "print", text: refused }] };
  }
  const begins = state.at === "typing" && typed === "";
  return {
    state: begins ? { ...state, isPasted: true } : state,
    effects: [{ do: "insert", text }],
  };
}

function ask(state: InputState, question: ScreenQuestion): InputStep {
  switch (state.at) {
    case "ended":
      return { state, effects: [{ do: "answer", id: question.id, text: undefined }] };
    case "asking":
      return { state: { ...state, questions: [...state.questions, question] }, effects: [] };
    case "typing":
      return {
        state: { ...state, at: "asking", questions: [question] },
        effects: [{ do: "release-keys" }],
      };
  }
}

function answer(
  { isPasted, questions: [{ id }, next, ...others] }: InputState & { readonly at: "asking" },
  text: string | undefined,
): InputStep {
  const answered: InputEffect = { do: "answer", id, text };
  if (next === undefined) return { state: { at: "typing", isPasted }, effects: [answered] };
  return {
    state: { at: "asking", isPasted, questions: [next, ...others] },
    effects: [answered, { do: "release-keys" }],
  };
}

function end(state: InputState, outcome: FaceEnd): InputStep {
  if (state.at === "ended") return { state, effects: [] };
  const open = state.at === "asking" ? state.questions : [];
  return {
    state: { at: "ended" },
    effects: [
      { do: "end", outcome },
      ...open.map(({ id }): InputEffect => ({ do: "answer", id, text: undefined })),
      { do: "release-keys" },
    ],
  };
}
