import assert from "node:assert/strict";
import fc from "fast-check";
import {
  openTextLink,
  stepTextLink,
  type TextLinkInput,
  type TextTimes,
} from "../../../../core/peer/texts/text_link_state.ts";
import { runSteps } from "../../../helpers/steps.ts";

const TIMES: TextTimes = { pingMs: 30, answerMs: 15, idleMs: 100 };

const nowMs = fc.nat({ max: 1_000 });
const input: fc.Arbitrary<TextLinkInput> = fc.oneof(
  fc.record({ kind: fc.constant("heard" as const), nowMs, used: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("sent" as const, "retire" as const), nowMs }),
  fc.record({
    kind: fc.constant("tick" as const),
    nowMs,
    oldestMs: fc.option(nowMs, { nil: undefined }),
    isNeeded: fc.boolean(),
  }),
  fc.constantFrom<TextLinkInput>({ kind: "bye" }, { kind: "settled" }),
  fc.constant<TextLinkInput>({ kind: "close", end: { kind: "closed-here" } }),
);

/** What happens, in the order of its times. */
const life = fc.array(input).map((inputs) => {
  const times = inputs.flatMap((each) => "nowMs" in each ? [each.nowMs] : []).sort((a, b) => a - b);
  return inputs.map((each) => "nowMs" in each ? { ...each, nowMs: times.shift()! } : each);
});

function run(inputs: readonly TextLinkInput[]) {
  return runSteps(
    openTextLink(0),
    inputs,
    (state, input) => stepTextLink(state, input, TIMES),
  );
}

const tick = (nowMs: number, more: { oldestMs?: number; isNeeded?: boolean } = {}) =>
  ({ kind: "tick", oldestMs: undefined, isNeeded: false, nowMs, ...more }) as const;

Deno.test("stepTextLink() never leaves closed, and writes nothing there", () => {
  fc.assert(fc.property(life, fc.array(input), (before, after) => {
    const { last } = run([...before, { kind: "close", end: { kind: "closed-here" } }]);
    assert.equal(last.at, "closed");
    for (const each of after) {
      assert.deepEqual(stepTextLink(last, each, TIMES), { state: last, effects: [] });
    }
  }));
});

Deno.test("stepTextLink() says bye once, and only on a link that was open", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { effects, states } = run(inputs);
    const byes = effects.filter((effect) => effect === "say-bye").length;
    assert.ok(byes <= 1);
    assert.equal(byes === 1, states.some(({ at }) => at === "retiring"));
  }));
});

Deno.test("stepTextLink() never opens a link again that was asked to close", () => {
  fc.assert(fc.property(life, (inputs) => {
    const { states } = run(inputs);
    states.reduce((before, after) => {
      if (before.at !== "open") assert.notEqual(after.at, "open");
      if (before.at === "leaving") assert.notEqual(after.at, "retiring");
      return after;
    });
  }));
});

Deno.test("stepTextLink() pings again only when the last ping was answered", () => {
  fc.assert(fc.property(life, (inputs) => {
    let heardSince = true;
    let state = openTextLink(0);
    for (const each of inputs) {
      const step = stepTextLink(state, each, TIMES);
      if (each.kind === "heard") heardSince = true;
      if (step.effects.includes("ping")) {
        assert.ok(heardSince);
        heardSince = false;
      }
      state = step.state;
    }
  }));
});

Deno.test("a silent link is pinged, kept when it answers, and closed when it does not", () => {
  const { effects, last } = run([
    tick(29),
    tick(30),
    { kind: "heard", nowMs: 40, used: false },
    tick(60),
    tick(70),
    tick(84),
  ]);
  assert.deepEqual(effects, ["ping", "ping"]);
  assert.equal(last.at, "open");
  assert.deepEqual(stepTextLink(last, tick(85), TIMES).state, {
    at: "closed",
    end: { kind: "silent" },
  });
});

Deno.test("a link that nobody uses is retired, unless something else needs it", () => {
  const heard: TextLinkInput = { kind: "heard", nowMs: 90, used: false };
  const needed = run([heard, tick(100, { isNeeded: true })]);
  assert.equal(needed.last.at, "open");
  const idle = run([heard, tick(100)]);
  assert.deepEqual([idle.last.at, idle.effects], ["retiring", ["say-bye"]]);
  assert.equal(run([heard, tick(100), tick(114)]).last.at, "retiring");
  assert.equal(run([heard, tick(100), tick(115)]).last.at, "closed");
});

Deno.test("a message without a receipt closes its link, a bye waits for all receipts", () => {
  assert.equal(run([{ kind: "sent", nowMs: 1 }, tick(15, { oldestMs: 1 })]).last.at, "open");
  assert.equal(run([{ kind: "sent", nowMs: 1 }, tick(16, { oldestMs: 1 })]).last.at, "closed");
  assert.equal(run([{ kind: "settled" }]).last.at, "open");
  const leaving = run([{ kind: "sent", nowMs: 1 }, { kind: "bye" }]).last;
  assert.equal(leaving.at, "leaving");
  assert.deepEqual(stepTextLink(leaving, { kind: "settled" }, TIMES).state, {
    at: "closed",
    end: { kind: "bye" },
  });
});
