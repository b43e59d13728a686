import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Delivery,
  type DeliveryInput,
  FLOWING,
  isStalled,
  stepDelivery,
} from "../../../core/net/delivery.ts";

const input: fc.Arbitrary<DeliveryInput> = fc.oneof(
  fc.constantFrom<DeliveryInput>({ kind: "wait" }, { kind: "read" }, { kind: "stop" }),
  fc.record({ kind: fc.constant("look" as const), writes: fc.nat(9), nowMs: fc.nat(1_000) }),
);

const after = (inputs: readonly DeliveryInput[], from: Delivery = FLOWING): Delivery =>
  inputs.reduce(stepDelivery, from);

Deno.test("no sequence of inputs leaves over, and nobody is waited for any more there", () => {
  fc.assert(fc.property(fc.array(input), fc.array(input), (before, later) => {
    const delivery = after([...before, { kind: "stop" }, ...later]);
    assert.equal(delivery.at, "over");
    assert(!isStalled(delivery, { nowMs: Infinity, withinMs: 0 }));
  }));
});

Deno.test("a reader that is not waited for is never stalled, however little it reads", () => {
  fc.assert(fc.property(fc.array(input), fc.array(input), (before, later) => {
    const looks = later.filter(({ kind }) => kind === "look");
    const delivery = after([...before, { kind: "read" }, ...looks]);
    assert(!isStalled(delivery, { nowMs: Infinity, withinMs: 0 }));
  }));
});

Deno.test("a reader is stalled when nothing has gone out for long enough, and only then", () => {
  fc.assert(fc.property(
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.integer({ min: 1, max: 10 }),
    (progress, patience) => {
      let delivery = after([{ kind: "wait" }]);
      let writes = 0;
      let quietSince = 0;
      progress.forEach((moved, nowMs) => {
        if (moved) writes++;
        if (moved || nowMs === 0) quietSince = nowMs;
        delivery = stepDelivery(delivery, { kind: "look", writes, nowMs });
        const isQuiet = nowMs - quietSince > patience;
        assert.equal(isStalled(delivery, { nowMs, withinMs: patience }), isQuiet);
      });
    },
  ));
});

Deno.test("waiting twice in a row begins anew in between, and not without an end", () => {
  const looked = after([{ kind: "wait" }, { kind: "look", writes: 1, nowMs: 5 }]);
  assert.deepEqual(after([{ kind: "wait" }], looked), looked);
  assert.deepEqual(after([{ kind: "read" }, { kind: "wait" }], looked), {
    at: "waiting",
    seen: undefined,
  });
});
