/**
 * What typed text does on a terminal that edits its lines itself: a state and a pure step function.
 *
 * ```text
 * typing <-> asking      typing, asking -> ended
 * ```
 *
 * @module
 */
import type { FaceEnd } from "../face/face.ts";
import type { KeyEvent, KeyPress } from "./keys.ts";
import type { OpenQuestions, ScreenQuestion } from "./questions.ts";

/** The receiver of typed text. */
export type PlainState =
  | PlainTyping
  /** The answer to the first question; the others wait. */
  | Omit<PlainTyping, "at"> & { readonly at: "asking"; readonly questions: OpenQuestions }
  /** None: its lines are not given any more. */
  | { readonly at: "ended" };

/** The reader of lines, or questions that are not asked yet. */
interface PlainTyping {
  readonly at: "typing";
  /** Lines entered before the first one was read: they answer the questions asked until then. */
  readonly early: readonly string[] | undefined;
  /** The start of a line without its end. */
  readonly partial: string;
}

/** Text; a key while a secret is typed, with its current text; and what else can happen. */
export type PlainEvent =
  | { readonly kind: "text"; readonly text: string }
  | KeyEvent & { readonly typed: string }
  | { readonly kind: "asked"; readonly question: ScreenQuestion }
  /** A line is read. */
  | { readonly kind: "read" }
  | { readonly kind: "interrupted" }
  | { readonly kind: "ended" };

/** Effects, to perform in order. The first two apply to the secret that is typed. */
export type PlainEffect =
  | { readonly do: "press"; readonly key: KeyPress }
  | { readonly do: "insert"; readonly text: string }
  | { readonly do: "give"; readonly text: string }
  | { readonly do: "answer"; readonly id: number; readonly text: string | undefined }
  | { readonly do: "end"; readonly outcome: FaceEnd }
  | { readonly do: "write-prompt" }
  | { readonly do: "write-question"; readonly prompt: string }
  /** Turns echo off. */
  | { readonly do: "hide-typing" }
  | { readonly do: "show-typing" };

/** The initial state. */
export const FIRST_PLAIN: PlainState = { at: "typing", early: [], partial: "" };

/** The result of {@linkcode stepPlain}. */
export interface PlainStep {
  readonly state: PlainState;
  readonly effects: readonly PlainEffect[];
}

/**
 * The next state and its effects. Nothing leaves "ended"; each question is answered once.
 *
 * @example A line entered early answers the first question
 * ```ts
 * import assert from "node:assert/strict";
 * import { FIRST_PLAIN, stepPlain } from "./plain_state.ts";
 * const { state } = stepPlain(FIRST_PLAIN, { kind: "text", text: "amy\n" });
 * const question = { id: 1, prompt: "Name: ", isSecret: false };
 * const { effects } = stepPlain(state, { kind: "asked", question });
 * assert.deepEqual(effects[1], { do: "answer", id: 1, text: "amy" });
 * ```
 */
export function stepPlain(state: PlainState, event: PlainEvent): PlainStep {
  switch (event.kind) {
    case "text":
      return readText(state, event.text);
    case "key":
    case "paste":
      return state.at === "asking" ? press(state, event) : { state, effects: [] };
    case "asked":
      return ask(state, event.question);
    case "read":
      return read(state);
    case "interrupted":
      return state.at === "asking" ? answer(state, undefined) : end(state, "interrupted");
    case "ended":
      return end(state, "end-of-input");
  }
}

function readText(state: PlainState, text: string): PlainStep {
  const lines = (state.at === "ended" ? text : state.partial + text).split("\n");
  const partial = lines.pop() ?? "";
  let step: PlainStep = { state, effects: [] };
  for (const line of lines) {
    const { state: next, effects } = enter(step.state, line);
    step = { state: next, effects: [...step.effects, ...effects] };
  }
  if (step.state.at === "ended") return step;
  return { ...step, state: { ...step.state, partial } };
}

function enter(state: PlainState, line: string): PlainStep {
  const prompt: PlainEffect = { do: "write-prompt" };
  switch (state.at) {
    case "asking":
      return answer(state, line);
    case "ended":
      return { state, effects: [prompt] };
    case "typing":
      if (state.early === undefined) return { state, effects: [...given([line]), prompt] };
      return { state: { ...state, early: [...state.early, line] }, effects: [prompt] };
  }
}

function given(lines: readonly string[]): PlainEffect[] {
  return lines.filter((line) => line !== "").map((text) => ({ do: "give", text }));
}

function read(state: PlainState): PlainStep {
  if (state.at === "ended" || state.early === undefined) return { state, effects: [] };
  return { state: { ...state, early: undefined }, effects: given(state.early) };
}

function press(
  state: PlainState & { readonly at: "asking" },
  event: KeyEvent & { readonly typed: string },
): PlainStep {
  if (event.kind === "paste") return { state, effects: [{ do: "insert", text: event.text }] };
  const { text, key, typed } = event;
  const leaves = key.name === "c" || (key.name === "d" && typed === "");
  if (key.ctrl === true && leaves) return answer(state, undefined);
  if (key.name === "return" || key.name === "enter") return answer(state, typed);
  return { state, effects: [{ do: "press", key: { kind: "key", text, key } }] };
}

function ask(state: PlainState, question: ScreenQuestion): PlainStep {
  switch (state.at) {
    case "ended":
      return { state, effects: [{ do: "answer", id: question.id, text: undefined }] };
    case "asking":
      return { state: { ...state, questions: [...state.questions, question] }, effects: [] };
    case "typing":
      return show({ ...state, at: "asking", questions: [question] });
  }
}

/** Shows the first question, and answers it with a line entered early. */
function show(state: PlainState & { readonly at: "asking" }): PlainStep {
  const { early, questions: [{ prompt, isSecret }] } = state;
  const shown: PlainEffect[] = [
    ...(isSecret ? [{ do: "hide-typing" } as const] : []),
    { do: "write-question", prompt },
  ];
  const [line, ...others] = early ?? [];
  if (line === undefined) return { state, effects: shown };
  const { state: next, effects } = answer({ ...state, early: others }, line);
  return { state: next, effects: [...shown, ...effects] };
}

function answer(
  { early, partial, questions }: PlainState & { readonly at: "asking" },
  text: string | undefined,
): PlainStep {
  const [{ id, isSecret }, next, ...others] = questions;
  const answered: PlainEffect[] = [
    { do: "answer", id, text },
    ...(isSecret ? [{ do: "show-typing" } as const] : []),
    { do: "write-prompt" },
  ];
  const typing: PlainState = { at: "typing", early, partial };
  if (next === undefined) return { state: typing, effects: answered };
  const { state, effects } = show({ ...typing, at: "asking", questions: [next, ...others] });
  return { state, effects: [...answered, ...effects] };
}

function end(state: PlainState, outcome: FaceEnd): PlainStep {
  if (state.at === "ended") return { state, effects: [] };
  const [first, ...others] = state.at === "asking" ? state.questions : [];
  const last = first && answer({ ...state, at: "asking", questions: [first] }, undefined);
  const unasked = others.map(({ id }): PlainEffect => ({ do: "answer", id, text: undefined }));
  return {
    state: { at: "ended" },
    effects: [{ do: "end", outcome }, ...last?.effects ?? [], ...unasked],
  };
}
