import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FIRST_CONNECTION,
  LONGEST_PAUSE_MS,
  pauseMs,
  type ServerConnectionInput,
  type ServerConnectionState,
  STEADY_AFTER_MS,
  stepServerConnection,
} from "../../../../core/client/events/connection_state.ts";
import type { LossReason } from "../../../../core/client/events/problems.ts";

const ENOUGH: LossReason = { kind: "closed-here", text: "enough" };
const GONE: LossReason = { kind: "hung-up" };
const reasons = fc.constantFrom(ENOUGH, GONE);

const input: fc.Arbitrary<ServerConnectionInput> = fc.oneof(
  fc.constant<ServerConnectionInput>({ kind: "dialed" }),
  fc.record({ kind: fc.constant("registered" as const), nowMs: fc.nat() }),
  fc.record({
    kind: fc.constant("lost" as const),
    reason: reasons,
    nowMs: fc.nat(),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.constant<ServerConnectionInput>({ kind: "due" }),
  fc.record({ kind: fc.constant("stop" as const), reason: reasons }),
);

const run = (inputs: readonly ServerConnectionInput[]): ServerConnectionState[] => {
  const states: ServerConnectionState[] = [FIRST_CONNECTION];
  for (const each of inputs) states.push(stepServerConnection(states.at(-1)!, each));
  return states;
};

Deno.test("stepServerConnection() never leaves closed", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    const states = run([{ kind: "stop", reason: ENOUGH }, ...inputs]);
    assert.deepEqual(states.at(-1), { at: "closed", reason: ENOUGH });
  }));
});

Deno.test("stepServerConnection() opens only what was dialed, and waits only after having been open", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    const states = run(inputs);
    states.forEach((state, at) => {
      const before = states[at - 1];
      if (state === before) return;
      if (state.at === "open") assert.equal(before?.at, "registering");
      if (state.at === "registering") assert.equal(before?.at, "dialing");
      if (state.at === "waiting") assert(states.slice(0, at).some(({ at }) => at === "open"));
    });
  }));
});

Deno.test("stepServerConnection() waits longer after each failure in a row, up to a limit", () => {
  const lost: ServerConnectionInput = { kind: "lost", reason: GONE, nowMs: 0, jitter: 1 };
  let state: ServerConnectionState = { at: "open", attempt: 0, sinceMs: 0 };
  const pauses: number[] = [];
  for (let round = 0; round < 9; round++) {
    state = stepServerConnection(state, lost);
    assert(state.at === "waiting");
    pauses.push(state.delayMs);
    state = stepServerConnection(state, { kind: "due" });
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 30, 30, 30, 30].map((seconds) => seconds * 1_000));
});

Deno.test("stepServerConnection() takes a connection that was up for long as a fresh start, a short one not", () => {
  const open: ServerConnectionState = { at: "open", attempt: 5, sinceMs: 0 };
  const lostAt = (nowMs: number) =>
    stepServerConnection(open, { kind: "lost", reason: GONE, nowMs, jitter: 0 });
  const [short, long] = [lostAt(STEADY_AFTER_MS - 1), lostAt(STEADY_AFTER_MS)];
  assert(short.at === "waiting" && long.at === "waiting");
  assert.equal(short.attempt, 6);
  assert.equal(long.attempt, 1);
});

Deno.test("pauseMs() leaves half of the pause to chance", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, jitter) => {
        const full = pauseMs(n, 1);
        assert(full <= LONGEST_PAUSE_MS);
        assert(pauseMs(n, jitter) >= Math.floor(full / 2) && pauseMs(n, jitter) <= full);
      },
    ),
  );
});
