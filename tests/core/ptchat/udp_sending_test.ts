import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FIRST_SENDING,
  PROMPT_PAUSE_MS,
  promptAt,
  stepUdpSending,
  type UdpSending,
  type UdpSendingInput,
} from "../../../core/ptchat/udp_sending.ts";

const input: fc.Arbitrary<UdpSendingInput> = fc.oneof(
  fc.record({
    kind: fc.constant("taken" as const),
    prompted: fc.boolean(),
    nowMs: fc.nat(100_000),
  }),
  fc.string().map((last) => ({ kind: "end", last }) as const),
);

const after = (inputs: readonly UdpSendingInput[], from: UdpSending = FIRST_SENDING) =>
  inputs.reduce(stepUdpSending, from);

const lastOf = (ended: UdpSendingInput | undefined) => ended?.kind === "end" ? ended.last : "";

Deno.test("no sequence of inputs leaves over, where nothing is asked for", () => {
  fc.assert(fc.property(fc.array(input), fc.nat(), (inputs, nowMs) => {
    const sending = after(inputs, { at: "over" });
    assert.equal(sending.at, "over");
    assert(!promptAt(sending, nowMs).isDue);
  }));
});

Deno.test("the first last words are said, once", () => {
  fc.assert(
    fc.property(fc.array(input), (inputs) => {
      const end = inputs.findIndex(({ kind }) => kind === "end");
      const sending = after(inputs);
      if (end < 0) return assert.equal(sending.at, "open");
      const isTaken = inputs.slice(end).some(({ kind }) => kind === "taken");
      assert.deepEqual(
        sending,
        isTaken ? { at: "over" } : { at: "ending", last: lastOf(inputs[end]) },
      );
    }),
    { examples: [[[{ kind: "end", last: "a" }, { kind: "end", last: "b" }]]] },
  );
});

Deno.test("the code is asked for at once, and then once in a while", () => {
  assert.deepEqual(promptAt(FIRST_SENDING, 0), { isDue: true, isAgain: false });
  const asked = after([{ kind: "taken", prompted: true, nowMs: 5 }]);
  assert.deepEqual(promptAt(asked, 4 + PROMPT_PAUSE_MS), { isDue: false, isAgain: true });
  assert.deepEqual(promptAt(asked, 5 + PROMPT_PAUSE_MS), { isDue: true, isAgain: true });
  const silent = after([{ kind: "taken", prompted: false, nowMs: 20_000 }], asked);
  assert.deepEqual(silent, asked);
});
