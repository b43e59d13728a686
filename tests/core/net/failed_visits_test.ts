import assert from "node:assert/strict";
import { FailedVisits, LEVELS } from "../../../core/net/failed_visits.ts";

Deno.test("FruitlessVisits raises an address's level with each four times as many visits", () => {
  const visits = new FailedVisits(() => 0);
  const levels = Array.from({ length: 300 }, () => {
    visits.note("a");
    return visits.levelOf("a");
  });
  assert.deepEqual([1, 3, 4, 15, 16, 64, 300].map((n) => levels[n - 1]), [1, 1, 2, 2, 3, 4, 4]);
  assert(levels.every((level) => level < LEVELS));
  assert.equal(visits.levelOf("b"), 0);
});

Deno.test("FruitlessVisits forgets an address by a sign-in, or after ten minutes without a visit", () => {
  let now = 0;
  const visits = new FailedVisits(() => now);
  for (const address of ["a", "b"]) visits.note(address);
  visits.forget("a");
  assert.equal(visits.levelOf("a"), 0);
  now = 10 * 60_000 - 1;
  assert.equal(visits.levelOf("b"), 1);
  now++;
  assert.equal(visits.levelOf("b"), 0);
});

Deno.test("FruitlessVisits remembers a bounded number of addresses, the latest ones", () => {
  const visits = new FailedVisits(() => 0);
  for (let n = 0; n <= 20_000; n++) visits.note(String(n));
  assert.equal(visits.levelOf("0"), 0);
  assert.equal(visits.levelOf("1"), 1);
});
