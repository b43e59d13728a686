import assert from "node:assert/strict";
import fc from "fast-check";
import type { StreamEnd } from "../../../../core/peer/streams/mod.ts";
import {
  ACCEPTED_STREAM,
  type ReceiverEffect,
  type ReceiverInput,
  shownReceiverState,
  stepReceiver,
} from "../../../../core/peer/streams/receiver_state.ts";
import { runSteps } from "../../../helpers/steps.ts";

const STOPPED: StreamEnd = { reason: "stopped", by: "us" };
const side = fc.constantFrom("us" as const, "them" as const);
const hold = fc.record({ kind: fc.constantFrom("hold" as const, "release" as const), by: side });

const input: fc.Arbitrary<ReceiverInput> = fc.oneof(
  hold,
  fc.record({
    kind: fc.constant("last-word" as const),
    reason: fc.constantFrom("done" as const, "stopped" as const, "failed" as const),
  }),
  fc.constantFrom<ReceiverInput>(
    { kind: "opened" },
    { kind: "played" },
    { kind: "link-over", end: { reason: "lost" } },
    { kind: "link-over", end: { reason: "failed", by: "them" } },
    { kind: "enough", end: STOPPED },
    { kind: "enough", end: { reason: "failed", by: "us" } },
    { kind: "goodbye-over" },
    { kind: "closed" },
  ),
);
/** Mostly what does not end a stream, so that long lives are tried as well. */
const life = fc.array(fc.oneof(
  { weight: 1, arbitrary: input },
  { weight: 3, arbitrary: hold },
  { weight: 1, arbitrary: fc.constant<ReceiverInput>({ kind: "opened" }) },
));

/** All states of a life, and what was to be done. */
function run(inputs: readonly ReceiverInput[], live = true) {
  return runSteps(
    ACCEPTED_STREAM,
    inputs,
    (state, input) => stepReceiver(state, input, { live }),
  );
}

/** What ends any stream. */
const TO_THE_END: readonly ReceiverInput[] = [
  { kind: "enough", end: STOPPED },
  { kind: "goodbye-over" },
  { kind: "closed" },
];
const named = (effects: readonly ReceiverEffect[], name: ReceiverEffect["effect"]) =>
  effects.filter(({ effect }) => effect === name);

Deno.test("stepReceiver() never leaves ended, and has nothing to do there", () => {
  fc.assert(fc.property(life, fc.array(input), fc.boolean(), (before, after, live) => {
    const { last } = run([...before, ...TO_THE_END], live);
    assert.equal(last.at, "ended");
    for (const each of after) {
      assert.deepEqual(stepReceiver(last, each, { live }), { state: last, effects: [] });
    }
  }));
});

Deno.test("stepReceiver() closes the link once, then player and file once, then shows the end", () => {
  fc.assert(fc.property(life, fc.boolean(), (inputs, live) => {
    const { effects, last } = run([...inputs, ...TO_THE_END], live);
    const closing = effects.filter(({ effect }) => effect.startsWith("close-"));
    assert.deepEqual(closing.map(({ effect }) => effect), ["close-link", "close-sinks"]);
    assert.deepEqual(effects.at(-1), { effect: "show", state: last });
  }));
});

Deno.test("stepReceiver() holds and plays in turn, and shows that of a stream that has begun", () => {
  fc.assert(fc.property(life, fc.boolean(), (inputs, live) => {
    const { effects, states, last } = run(inputs, live);
    const turns = effects.filter(({ effect }) => effect === "hold" || effect === "go");
    turns.forEach(({ effect }, at) => assert.equal(effect, at % 2 === 0 ? "hold" : "go"));
    const shown = effects.flatMap((each) => each.effect === "show" ? [each.state] : []);
    shown.reduce((before, after) => (assert.notEqual(after.at, before), after.at), "offered");
    assert.equal(shown.at(-1)?.at ?? "offered", shownReceiverState(last).at);
    const isOver = states.some(({ at }) => at === "ended");
    if (shown.length > (isOver ? 1 : 0)) assert.equal(shown[0]?.at, "streaming");
  }));
});

Deno.test("stepReceiver() says goodbye or that it has received, and pauses only for its user", () => {
  fc.assert(fc.property(life, fc.boolean(), (inputs, live) => {
    const { effects } = run(inputs, live);
    assert.ok(named(effects, "say-goodbye").length <= 1);
    assert.ok(named(effects, "drain").length <= 1);
    const held = inputs.filter((each) => each.kind === "hold" && each.by === "us").length;
    const told = effects.filter((each) => each.effect === "tell" && each.control.type === "pause");
    assert.ok(told.length <= held);
  }));
});

Deno.test("a stream that has arrived is played to its end before player and file are closed", () => {
  const { states, effects } = run([
    { kind: "opened" },
    { kind: "last-word", reason: "done" },
    { kind: "link-over", end: { reason: "lost" } },
    { kind: "played" },
    { kind: "closed" },
  ], false);
  assert.deepEqual(states.map(({ at }) => at), [
    ...["accepted", "streaming", "ending", "draining", "closing", "ended"],
  ]);
  assert.deepEqual(effects.map(({ effect }) => effect), [
    ...["show", "confirm-when-played", "close-link", "drain", "close-sinks", "show"],
  ]);
  assert.deepEqual(states.at(-1), { at: "ended", end: { reason: "done" } });
});

Deno.test("a file that its sender stops is not played to its end, what is live is", () => {
  const stopped: readonly ReceiverInput[] = [
    { kind: "opened" },
    { kind: "last-word", reason: "stopped" },
    { kind: "link-over", end: { reason: "lost" } },
  ];
  const end = { reason: "stopped", by: "them" };
  const [file, live] = [run(stopped, false), run(stopped, true)];
  assert.equal(file.last.at, "closing");
  assert.equal(live.last.at, "draining");
  for (const { last, effects } of [file, live]) {
    assert.ok("end" in last);
    assert.deepEqual(last.end, end);
    assert.deepEqual(named(effects, "tell"), [{ effect: "tell", control: { type: "received" } }]);
  }
});

Deno.test("a receiver that stops waits neither for the player nor for the sender", () => {
  const enough: ReceiverInput = { kind: "enough", end: STOPPED };
  const draining = run([
    { kind: "opened" },
    { kind: "link-over", end: { reason: "lost" } },
    enough,
  ]);
  assert.equal(draining.last.at, "closing");
  assert.deepEqual(draining.effects.at(-1), { effect: "close-sinks" });
  const leaving = run([{ kind: "opened" }, enough, { kind: "link-over", end: { reason: "lost" } }]);
  assert.deepEqual(leaving.last, { at: "leaving", end: STOPPED, shown: { at: "streaming" } });
  assert.deepEqual(leaving.effects.at(-1), { effect: "say-goodbye" });
});

Deno.test("a pause is asked for again when it is wanted again, and lasts until both sides go on", () => {
  const { effects, states } = run([
    { kind: "hold", by: "us" },
    { kind: "opened" },
    { kind: "hold", by: "us" },
    { kind: "hold", by: "us" },
    { kind: "hold", by: "them" },
    { kind: "release", by: "us" },
    { kind: "release", by: "them" },
  ]);
  const told = effects.flatMap((each) => each.effect === "tell" ? [each.control.type] : []);
  assert.deepEqual(told, ["pause", "pause", "resume"]);
  assert.deepEqual(states.map((state) => shownReceiverState(state).at), [
    ...["offered", "offered", "streaming", "paused", "paused", "paused", "paused", "streaming"],
  ]);
});
