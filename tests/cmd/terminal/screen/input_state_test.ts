import assert from "node:assert/strict";
import fc from "fast-check";
import {
  currentQuestion,
  FIRST_INPUT,
  type InputEffect,
  type InputEvent,
  type InputState,
  stepInput,
} from "../../../../cmd/terminal/screen/input_state.ts";
import { LINE_BREAK } from "../../../../cmd/terminal/screen/layout.ts";
import { runSteps } from "../../../helpers/steps.ts";

const ENTER = { name: "return" };
const CTRL_C = { name: "c", ctrl: true };
const CTRL_D = { name: "d", ctrl: true };

function key(typed: string, key: Readonly<Record<string, unknown>>): InputEvent {
  return { kind: "key", text: undefined, key, typed };
}

function paste(typed: string, text: string): InputEvent {
  return { kind: "paste", text, isTooLong: false, typed };
}

function asked(id: number): InputEvent {
  return { kind: "asked", question: { id, prompt: `question ${id}: `, isSecret: false } };
}

/** All states from the first on, and all effects. */
function run(events: readonly InputEvent[]) {
  return runSteps(FIRST_INPUT, events, stepInput);
}

function given(effects: readonly InputEffect[]): readonly string[] {
  return effects.flatMap((effect) => effect.do === "give" ? [effect.line.text] : []);
}

const typed = fc.constantFrom("", "hello", "/help", `one${LINE_BREAK}two`, `/a${LINE_BREAK}b`);
const event: fc.Arbitrary<InputEvent> = fc.oneof(
  fc.tuple(
    typed,
    fc.constantFrom(
      ENTER,
      CTRL_C,
      CTRL_D,
      { name: "return", meta: true },
      { name: "tab" },
      { name: "z", ctrl: true },
      { name: "l", ctrl: true },
      { name: "x" },
    ),
  ).map(([text, pressed]) => key(text, pressed)),
  typed.map((text) => paste(text, "pasted")),
  fc.constant<InputEvent>({ kind: "ended" }),
  fc.constant<InputEvent>(asked(0)),
);

/** Events whose questions are numbered in their order. */
const eventList = fc.array(event, { maxLength: 60 }).map((events) =>
  events.map((each, at) => each.kind === "asked" ? asked(at) : each)
);

Deno.test("stepInput() never leaves ended, and gives no line there", () => {
  fc.assert(fc.property(eventList, (events) => {
    const { states, effects } = run([{ kind: "ended" }, ...events]);
    assert(states.slice(1).every(({ at }) => at === "ended"));
    assert.equal(effects.filter((effect) => effect.do === "end").length, 1);
    assert.deepEqual(given(effects), []);
  }));
});

Deno.test("stepInput() answers each question once, in order, at the end at the latest", () => {
  fc.assert(fc.property(eventList, (events) => {
    const { effects } = run([...events, { kind: "ended" }]);
    const questions = events.flatMap((each) => each.kind === "asked" ? [each.question.id] : []);
    const answers = effects.flatMap((effect) => effect.do === "answer" ? [effect.id] : []);
    assert.deepEqual(answers, questions);
  }));
});

Deno.test("stepInput() holds keys only if something will release them: an answer, a line, a refusal", () => {
  fc.assert(fc.property(eventList, (events) => {
    let state: InputState = FIRST_INPUT;
    for (const each of events) {
      const step = stepInput(state, each);
      state = step.state;
      if (!step.effects.some((effect) => effect.do === "hold-keys")) continue;
      const held = step.effects.slice(step.effects.findIndex((one) => one.do === "hold-keys") + 1);
      assert(held.length > 0);
      assert(held.every(({ do: kind }) => /^(answer|give|print|release-keys)$/.test(kind)));
    }
  }));
});

Deno.test("stepInput() gives a line at Enter, and nothing of an empty one", () => {
  const { last: state, effects } = run([key("hello", ENTER)]);
  assert.deepEqual(state, FIRST_INPUT);
  assert.deepEqual(effects, [
    { do: "enter", text: "hello" },
    { do: "hold-keys" },
    { do: "give", line: { text: "hello", isText: false } },
  ]);
  assert.deepEqual(run([key("", ENTER)]).effects, [{ do: "enter", text: "" }]);
});

Deno.test("stepInput() takes a pasted block for text, and refuses a command of several lines", () => {
  const block = `/quit${LINE_BREAK}two`;
  const pasted = run([paste("", block), key(block, ENTER)]);
  assert.deepEqual(given(pasted.effects), ["/quit", "two"]);
  const typed = run([paste("/msg bob ", block), key(`/msg bob ${block}`, ENTER)]);
  assert.deepEqual(given(typed.effects), []);
  assert.match(JSON.stringify(typed.effects), /A command has one line/);
});

Deno.test("stepInput() forgets that something was pasted once the line is empty again", () => {
  const block = `/msg bob x${LINE_BREAK}y`;
  const cleared = run([
    paste("", "pasted"),
    key("pasted", CTRL_C),
    key("", { name: "/" }),
    key(block, ENTER),
  ]);
  assert.deepEqual(given(cleared.effects), []);
  const answered = run([asked(1), paste("", "bob"), key("bob", ENTER), key(block, ENTER)]);
  assert.deepEqual(given(answered.effects), []);
});

Deno.test("stepInput() gives the line back its keys after a question, as it was", () => {
  const block = `one${LINE_BREAK}two`;
  const events = [paste("", block), asked(1), key("amy", ENTER), key(block, ENTER)];
  const { effects } = run(events);
  assert.deepEqual(given(effects), ["one", "two"]);
  assert(effects.some((effect) => effect.do === "answer" && effect.text === "amy"));
});

Deno.test("stepInput() clears a line by Ctrl-C, ends by it when the line is empty, and declines to answer", () => {
  assert.deepEqual(run([key("draft", CTRL_C)]).effects, [{ do: "clear-line" }]);
  assert.deepEqual(run([key("", CTRL_C)]).effects[0], { do: "end", outcome: "interrupted" });
  assert.deepEqual(run([key("", CTRL_D)]).effects[0], { do: "end", outcome: "end-of-input" });
  const { last: state, effects } = run([asked(1), key("half", CTRL_C)]);
  assert.deepEqual(effects.at(-1), { do: "answer", id: 1, text: undefined });
  assert.equal(state.at, "typing");
});

Deno.test("stepInput() asks one question after the other, and completes no answer", () => {
  const first = run([asked(1), asked(2), key("a", { name: "tab" })]);
  assert.equal(currentQuestion(first.last)?.id, 1);
  assert(!first.effects.some((effect) => effect.do === "complete"));
  assert.equal(currentQuestion(run([asked(1), asked(2), key("a", ENTER)]).last)?.id, 2);
});
