import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError } from "../../../../core/peer/links/errors.ts";
import type { StreamEnd } from "../../../../core/peer/streams/mod.ts";
import {
  OFFERED_STREAM,
  type SenderEffect,
  type SenderInput,
  sendModeOf,
  shownState,
  stepSender,
} from "../../../../core/peer/streams/sender_state.ts";
import { runSteps } from "../../../helpers/steps.ts";

const side = fc.constantFrom("us" as const, "them" as const);
const sourceEnd = fc.constantFrom<StreamEnd>({ reason: "done" }, { reason: "failed", by: "us" });

const input: fc.Arbitrary<SenderInput> = fc.oneof(
  fc.record({ kind: fc.constant("rejected" as const), text: fc.string() }),
  fc.record({ kind: fc.constantFrom("hold" as const, "release" as const), by: side }),
  fc.record({ kind: fc.constant("finish" as const), end: sourceEnd }),
  fc.constant<SenderInput>({
    kind: "failed-there",
    error: new ProtocolError("bad-json", "Not JSON"),
  }),
  fc.constantFrom<SenderInput>(
    { kind: "accepted" },
    { kind: "begin" },
    { kind: "empty" },
    { kind: "stop" },
    { kind: "goodbye-over" },
    { kind: "stopped-there" },
    { kind: "received" },
    { kind: "closed-there" },
    { kind: "lost" },
  ),
);
/** Mostly what happens to a stream that goes well, so that long lives are tried as well. */
const life = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: input },
    {
      weight: 4,
      arbitrary: fc.oneof(
        fc.constantFrom<SenderInput>({ kind: "accepted" }, { kind: "begin" }, { kind: "empty" }),
        fc.record({ kind: fc.constantFrom("hold" as const, "release" as const), by: side }),
      ),
    },
  ),
);

/** All states of a life, and what was to be done. */
function run(inputs: readonly SenderInput[]) {
  return runSteps(OFFERED_STREAM, inputs, stepSender);
}

const BEGUN: readonly SenderInput[] = [{ kind: "accepted" }, { kind: "begin" }];
const notices = (effects: readonly SenderEffect[]) =>
  effects.flatMap((each) => each.effect === "notify" ? [each.notice.type] : []);

Deno.test("stepSender() never leaves ended, and has nothing to do there", () => {
  fc.assert(fc.property(life, fc.array(input), (before, after) => {
    const { last } = run([...before, { kind: "lost" }]);
    const { states } = run([...before, { kind: "lost" }, ...after]);
    assert.equal(last.at, "ended");
    assert.deepEqual(states.at(-1), last);
    for (const each of after) assert.deepEqual(stepSender(last, each).effects, []);
  }));
});

Deno.test("stepSender() closes the link once, when the stream ends, and shows that end last", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { effects, last } = run(inputs);
    const closes = effects.filter(({ effect }) => effect === "close");
    assert.equal(closes.length, last.at === "ended" ? 1 : 0);
    if (last.at !== "ended") return;
    assert.deepEqual(effects.slice(-2), [
      { effect: "show", state: last },
      { effect: "close", end: last.end },
    ]);
  }));
});

Deno.test("stepSender() shows every change between streaming and paused, and no other", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { effects, last } = run(inputs);
    const shown = effects.flatMap((each) => each.effect === "show" ? [each.state] : []);
    shown.reduce((before, after) => (assert.notEqual(after.at, before), after.at), "offered");
    if (last.at !== "leaving") assert.equal(shown.at(-1)?.at ?? "offered", shownState(last).at);
  }));
});

Deno.test("stepSender() tells the receiver of each pause before that it goes on", () => {
  fc.assert(fc.property(life, (inputs) => {
    const told = notices(run(inputs).effects).filter((type) => type !== "end");
    told.forEach((type, at) => assert.equal(type, at % 2 === 0 ? "paused" : "resumed"));
  }));
});

Deno.test("stepSender() has one last word at most, and no notice for a receiver that has not begun", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { effects, states } = run(inputs);
    const isLastWord = (each: SenderEffect) =>
      each.effect === "say-goodbye" || (each.effect === "notify" && each.notice.type === "end");
    assert.ok(effects.filter(isLastWord).length <= 1);
    const hasBegun = states.some(({ at }) => at === "streaming");
    if (!hasBegun) assert.deepEqual(notices(effects), []);
  }));
});

Deno.test("sendModeOf() lets frames out only while a stream flows that nobody holds", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { last } = run(inputs);
    const flows = ["streaming", "finishing", "finished"].includes(last.at);
    const isHeld = "heldBy" in last && last.heldBy.length > 0;
    assert.equal(sendModeOf(last), flows ? isHeld ? "notices" : "everything" : "nothing");
  }));
});

Deno.test("a stream goes on only when both sides want it", () => {
  const { states, effects } = run([
    ...BEGUN,
    { kind: "hold", by: "us" },
    { kind: "hold", by: "them" },
    { kind: "release", by: "us" },
    { kind: "release", by: "them" },
  ]);
  assert.deepEqual(states.slice(2).map((state) => shownState(state).at), [
    ...["streaming", "paused", "paused", "paused", "streaming"],
  ]);
  assert.deepEqual(notices(effects), ["paused", "resumed"]);
});

Deno.test("a stream that is held before it begins, begins and is held at once", () => {
  const { effects, last } = run([
    { kind: "hold", by: "them" },
    { kind: "accepted" },
    { kind: "hold", by: "us" },
    { kind: "begin" },
  ]);
  assert.deepEqual(effects, [
    { effect: "accept" },
    { effect: "write-config" },
    { effect: "show", state: { at: "streaming" } },
    { effect: "notify", notice: { type: "paused" } },
    { effect: "show", state: { at: "paused", by: "us" } },
  ]);
  assert.deepEqual(shownState(last), { at: "paused", by: "us" });
});

Deno.test("a source that has ended is said to have when the queue is empty, and over when it has arrived", () => {
  const finished = run([...BEGUN, { kind: "finish", end: { reason: "done" } }]);
  assert.equal(finished.last.at, "finishing");
  const said = run([
    ...BEGUN,
    { kind: "empty" },
    { kind: "finish", end: { reason: "done" } },
    { kind: "empty" },
    { kind: "empty" },
  ]);
  assert.equal(said.last.at, "finished");
  assert.deepEqual(said.effects.at(-1), {
    effect: "notify",
    notice: { type: "end", reason: "done" },
  });
  assert.deepEqual(stepSender(said.last, { kind: "received" }).state, {
    at: "ended",
    end: { reason: "done" },
  });
  assert.deepEqual(stepSender(said.last, { kind: "closed-there" }).state, {
    at: "ended",
    end: { reason: "lost" },
  });
});

Deno.test("the side that stops a stream is named, whatever arrives meanwhile", () => {
  const stopped = { reason: "stopped", by: "us" } as const;
  for (const begun of [BEGUN, BEGUN.slice(0, 1)]) {
    const leaving = run([...begun, { kind: "stop" }, { kind: "finish", end: { reason: "done" } }]);
    assert.deepEqual(leaving.effects.at(-1), { effect: "say-goodbye", reason: "stopped" });
    assert.equal(leaving.last.at, "leaving");
    for (const kind of ["received", "closed-there", "goodbye-over"] as const) {
      assert.deepEqual(stepSender(leaving.last, { kind }).state, { at: "ended", end: stopped });
    }
  }
});

Deno.test("a source that fails after the answer and before its first frame ends in a last word", () => {
  const { effects, last } = run([
    { kind: "accepted" },
    { kind: "finish", end: { reason: "failed", by: "us" } },
  ]);
  assert.deepEqual(effects.at(-1), { effect: "say-goodbye", reason: "failed" });
  assert.deepEqual(shownState(last), { at: "offered" });
});
