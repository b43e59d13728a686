import assert from "node:assert/strict";
import { PendingChecks } from "../../../../core/server/accounts/pending_checks.ts";

Deno.test("PendingChecks notifies its waiters of each check that ends, until none is left", async () => {
  const checks = new PendingChecks();
  assert.equal(checks.nextEnd("a"), undefined);
  const first = checks.begin("a");
  const second = checks.begin("a");
  assert.equal(checks.nextEnd("b"), undefined);
  const end = checks.nextEnd("a");
  first[Symbol.dispose]();
  await end;
  const last = checks.nextEnd("a");
  assert(last);
  second[Symbol.dispose]();
  await last;
  assert.equal(checks.nextEnd("a"), undefined);
});
