import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FIRST_PLAIN,
  type PlainEffect,
  type PlainEvent,
  stepPlain,
} from "../../../../cmd/terminal/screen/plain_state.ts";
import { runSteps } from "../../../helpers/steps.ts";

function text(text: string): PlainEvent {
  return { kind: "text", text };
}

function asked(id: number, isSecret = false): PlainEvent {
  return { kind: "asked", question: { id, prompt: `question ${id}: `, isSecret } };
}

function run(events: readonly PlainEvent[]) {
  return runSteps(FIRST_PLAIN, events, stepPlain);
}

function given(effects: readonly PlainEffect[]): readonly string[] {
  return effects.flatMap((effect) => effect.do === "give" ? [effect.text] : []);
}

const READ: PlainEvent = { kind: "read" };
const END: PlainEvent = { kind: "ended" };

const event: fc.Arbitrary<PlainEvent> = fc.oneof(
  fc.constantFrom("a", "b\n", "c\nd\n", "\n").map(text),
  fc.constantFrom("return", "c", "d", "x").map((name): PlainEvent => ({
    kind: "key",
    text: undefined,
    key: { name, ctrl: name !== "return" && name !== "x" },
    typed: "",
  })),
  fc.constant<PlainEvent>({ kind: "paste", text: "pasted", isTooLong: false, typed: "" }),
  fc.constantFrom<PlainEvent>(READ, END, { kind: "interrupted" }),
  fc.boolean().map((isSecret) => asked(0, isSecret)),
);

/** Events whose questions are numbered in their order. */
const eventList = fc.array(event, { maxLength: 60 }).map((events) =>
  events.map((each, at) => each.kind === "asked" ? asked(at, each.question.isSecret) : each)
);

Deno.test("stepPlain() never leaves ended, and gives no line there", () => {
  fc.assert(fc.property(eventList, (events) => {
    const { states, effects } = run([END, ...events]);
    assert(states.slice(1).every(({ at }) => at === "ended"));
    assert.equal(effects.filter((effect) => effect.do === "end").length, 1);
    assert.deepEqual(given(effects), []);
  }));
});

Deno.test("stepPlain() answers each question once, in order, and shows typing again after each secret", () => {
  fc.assert(fc.property(eventList, (events) => {
    const { effects } = run([...events, END]);
    const questions = events.flatMap((each) => each.kind === "asked" ? [each.question.id] : []);
    const answers = effects.flatMap((effect) => effect.do === "answer" ? [effect.id] : []);
    assert.deepEqual(answers, questions);
    let isHidden = false;
    for (const effect of effects) {
      if (effect.do === "hide-typing") isHidden = true;
      if (effect.do === "show-typing") isHidden = false;
      if (effect.do === "write-prompt") assert(!isHidden);
    }
    assert(!isHidden);
  }));
});

Deno.test("stepPlain() gives the same lines however the text is cut", () => {
  const whole = "one\n\ntwo\nthree\n";
  fc.assert(fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
    const ends = [...cuts.toSorted((a, b) => a - b), whole.length];
    const chunks = ends.map((end, at) => text(whole.slice(ends[at - 1] ?? 0, end)));
    assert.deepEqual(given(run([READ, ...chunks]).effects), ["one", "two", "three"]);
    assert.deepEqual(given(run([...chunks, READ]).effects), ["one", "two", "three"]);
  }));
});

Deno.test("stepPlain() answers questions with what was entered before anybody read, then gives the rest", () => {
  const { effects } = run([text("amy\nhunter2\nhello\n"), asked(1), asked(2, true), READ]);
  const answers = effects.flatMap((effect) => effect.do === "answer" ? [effect.text] : []);
  assert.deepEqual(answers, ["amy", "hunter2"]);
  assert.deepEqual(given(effects), ["hello"]);
});

Deno.test("stepPlain() answers with the line that is typed once lines are read", () => {
  const { last: state, effects } = run([
    READ,
    text("hello\n"),
    asked(1),
    text("am"),
    text("y\nbye\n"),
  ]);
  assert.deepEqual(given(effects), ["hello", "bye"]);
  assert(effects.some((effect) => effect.do === "answer" && effect.text === "amy"));
  assert.equal(state.at, "typing");
});

Deno.test("stepPlain() is interrupted by Ctrl-C, but for a question, which it declines to answer", () => {
  const { last: state, effects } = run([asked(1), { kind: "interrupted" }]);
  assert.equal(state.at, "typing");
  assert(effects.some((effect) => effect.do === "answer" && effect.text === undefined));
  assert.deepEqual(run([{ kind: "interrupted" }]).effects, [
    { do: "end", outcome: "interrupted" },
  ]);
});
