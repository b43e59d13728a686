import assert from "node:assert/strict";
import { countDescriptors, planDescriptors } from "../../../core/net/descriptors.ts";

/** A system where so many descriptors are left. */
function left(free: number) {
  return (wanted: number) =>
    free >= wanted ? { free: wanted, limit: undefined } : { free, limit: free + 23 };
}

Deno.test("planDescriptors() gives all slots where descriptors are left for refusals, bursts and files as well", () => {
  assert.deepEqual(planDescriptors({ slots: 20 }, left(100_000)), {
    slots: 20,
    refusals: 64,
    spare: 0,
    limit: undefined,
  });
  assert.equal(planDescriptors({ slots: 1_000 }, left(1_000 + 64 + 128 + 24)).slots, 1_000);
});

Deno.test("planDescriptors() never plans for more descriptors than there are", () => {
  for (const slots of [1, 3, 4, 20, 1_000]) {
    for (let free = 0; free < 1_300; free += 7) {
      const plan = planDescriptors({ slots, spare: 50 }, left(free));
      assert(
        plan.slots === 0 || plan.slots + plan.refusals + plan.spare + 24 <= free,
        `${slots} of ${free}`,
      );
      assert(plan.slots <= slots);
      assert(plan.spare <= 50);
      if (plan.slots < slots) assert.equal(plan.limit, free + 23);
    }
  }
});

Deno.test("planDescriptors() gives no slots where a server would have almost none", () => {
  assert.equal(planDescriptors({ slots: 20 }, left(27)).slots, 0);
  assert.equal(planDescriptors({ slots: 20 }, left(41)).slots, 13);
  assert.equal(planDescriptors({ slots: 1 }, left(25)).slots, 1);
});

Deno.test("countDescriptors() counts no further than wanted, and leaves nothing open", () => {
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(countDescriptors(50), { free: 50, limit: undefined });
  }
});
