import assert from "node:assert/strict";
import fc from "fast-check";
import { LinkClaim } from "../../../../core/peer/calls/link_claim.ts";

const steps = fc.array(fc.constantFrom("claim" as const, "release" as const, "end" as const));

Deno.test("LinkClaim is never held by two connections at once, and by none after the end", () => {
  fc.assert(fc.property(steps, (inputs) => {
    const link = new LinkClaim();
    let held = false;
    let over = false;
    for (const input of inputs) {
      if (input === "claim") {
        const claimed = link.tryClaim();
        assert.equal(claimed, !held && !over);
        held ||= claimed;
      } else if (input === "release") {
        link.release();
        held = false;
      } else {
        link.end();
        over = true;
      }
      assert.equal(link.isOver, over);
    }
  }));
});
