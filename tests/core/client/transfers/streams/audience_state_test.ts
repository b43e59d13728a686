import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AudienceInput,
  isHeldByUs,
  NO_AUDIENCE,
  stepAudience,
} from "../../../../../core/client/transfers/streams/audience_state.ts";
import type { StreamEnd } from "../../../../../core/peer/streams/mod.ts";
import { runSteps } from "../../../../helpers/steps.ts";

const account = fc.constantFrom("bob", "cat");
const end = fc.constantFrom<StreamEnd>(
  { reason: "done" },
  { reason: "lost" },
  { reason: "stopped", by: "us" },
  { reason: "stopped", by: "them" },
  { reason: "rejected", by: "them", text: "no" },
  { reason: "failed", by: "us" },
);
const input: fc.Arbitrary<AudienceInput> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<AudienceInput>({ kind: "ask" }) },
  fc.constantFrom<AudienceInput>({ kind: "all-asked" }, { kind: "hold" }, { kind: "release" }),
  fc.record({
    kind: fc.constant("changed" as const),
    account,
    state: fc.constantFrom(
      { at: "streaming" } as const,
      { at: "paused", by: "us" } as const,
      { at: "paused", by: "them" } as const,
    ),
  }),
  fc.record({ kind: fc.constant("left" as const), account, end }),
);

/** No more leave than were asked. */
const life = fc.array(input).map((inputs) => {
  let open = 0;
  return inputs.filter(({ kind }) => {
    if (kind === "ask") open++;
    return kind !== "left" || open-- > 0 || (open = 0) > 0;
  });
});

function run(inputs: readonly AudienceInput[], isToRoom = true) {
  return runSteps(
    NO_AUDIENCE,
    inputs,
    (state, input) => stepAudience(state, input, { isToRoom, self: "amy" }),
  );
}

Deno.test("stepAudience() ends a stream once, with its last effect, and never leaves over", () => {
  fc.assert(fc.property(life, fc.array(input), fc.boolean(), (before, after, isToRoom) => {
    const { effects, last } = run(before, isToRoom);
    const ends = effects.filter(({ effect }) => effect === "end");
    assert.equal(ends.length, last.at === "over" ? 1 : 0);
    if (last.at !== "over") return;
    assert.deepEqual(effects.at(-1), { effect: "end", end: last.end });
    assert.deepEqual(run([...before, ...after], isToRoom).last, last);
  }));
});

Deno.test("stepAudience() is over exactly when all were asked and all have left", () => {
  fc.assert(fc.property(life, (inputs) => {
    let open = 0;
    let allAsked = false;
    let over = false;
    for (const [at, { kind }] of inputs.entries()) {
      if (!over && kind === "ask") open++;
      if (!over && kind === "left") open--;
      allAsked ||= kind === "all-asked";
      over ||= allAsked && open === 0;
      assert.equal(run(inputs.slice(0, at + 1)).last.at === "over", over);
    }
  }));
});

Deno.test("stepAudience() pauses and resumes in turn, as we hold the stream", () => {
  fc.assert(fc.property(life, fc.boolean(), (inputs, isToRoom) => {
    const { effects, last } = run(inputs, isToRoom);
    const turns = effects.flatMap(({ effect }) =>
      effect === "pause" || effect === "resume" ? [effect] : []
    );
    turns.forEach((turn, at) => assert.equal(turn, at % 2 === 0 ? "pause" : "resume"));
    if (last.at !== "over") assert.equal(isHeldByUs(last), turns.length % 2 === 1);
  }));
});

Deno.test("one receiver of many decides neither that a stream runs again nor that it is held", () => {
  const began = { kind: "changed", account: "bob", state: { at: "streaming" } } as const;
  const held = { kind: "changed", account: "bob", state: { at: "paused", by: "them" } } as const;
  const inputs: AudienceInput[] = [{ kind: "ask" }, began, held, began];
  assert.deepEqual(run(inputs, true).effects, [{ effect: "report-running" }]);
  assert.deepEqual(run(inputs, false).effects, [
    { effect: "report-running" },
    { effect: "report-held", by: "bob" },
    { effect: "report-running" },
  ]);
});

Deno.test("what we hold is reported once for a room, and by the receiver itself otherwise", () => {
  const began = { kind: "changed", account: "bob", state: { at: "streaming" } } as const;
  const inputs: AudienceInput[] = [{ kind: "ask" }, began, { kind: "hold" }, { kind: "hold" }];
  assert.deepEqual(run(inputs, true).effects.slice(1), [
    { effect: "pause" },
    { effect: "report-held", by: "amy" },
  ]);
  assert.deepEqual(run(inputs, false).effects.slice(1), [{ effect: "pause" }]);
});

Deno.test("of several ends, a failure here counts first, then a complete stream, then what others did", () => {
  const endOf = (...ends: StreamEnd[]) => {
    const { last } = run([
      ...ends.map(() => ({ kind: "ask" }) as const),
      { kind: "all-asked" },
      ...ends.map((end) => ({ kind: "left", account: "bob", end }) as const),
    ]);
    return last.at === "over" ? last.end : undefined;
  };
  const rejected: StreamEnd = { reason: "rejected", by: "them", text: "no" };
  const failed: StreamEnd = { reason: "failed", by: "us" };
  assert.deepEqual(endOf(rejected, { reason: "done" }, failed), failed);
  assert.deepEqual(endOf(rejected, { reason: "lost" }, { reason: "done" }), { reason: "done" });
  assert.deepEqual(endOf(rejected, { reason: "lost" }), { reason: "lost" });
  assert.deepEqual(endOf(rejected), rejected);
  assert.deepEqual(endOf(), { reason: "stopped", by: "us" });
});

Deno.test("of a room, those are reported who leave by themselves before the end", () => {
  const left = (end: StreamEnd): AudienceInput => ({ kind: "left", account: "bob", end });
  const reported = (end: StreamEnd, isToRoom: boolean) =>
    run([{ kind: "ask" }, left(end)], isToRoom).effects.length > 0;
  assert.equal(reported({ reason: "lost" }, true), true);
  assert.equal(reported({ reason: "lost" }, false), false);
  assert.equal(reported({ reason: "done" }, true), false);
  assert.equal(reported({ reason: "stopped", by: "us" }, true), false);
});
