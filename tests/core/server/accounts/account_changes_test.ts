import assert from "node:assert/strict";
import fc from "fast-check";
import { isSameVerifier } from "../../../../core/identity/verifier.ts";
import { AccountChanges } from "../../../../core/server/accounts/account_changes.ts";
import { Bans } from "../../../../core/server/accounts/bans.ts";
import { MemoryStore } from "../../../../core/store/memory/memory_store.ts";
import { delayedStore, FEW_TURNS, ONE_TURN } from "../../store/delayed_store.ts";
import { verifier } from "../../store/rows.ts";

function changesOf(inner: MemoryStore, { isLate }: { readonly isLate: boolean }) {
  const { accounts, rooms } = isLate ? delayedStore(inner, FEW_TURNS) : inner;
  const bans = new Bans({ store: rooms, stored: [], now: () => 0 });
  return { accounts, changes: new AccountChanges({ store: accounts, bans, wallNow: () => 0 }) };
}

const signedIn = (mark: number) =>
  ({ state: "ok", account: "amy", verifier: verifier(mark) }) as const;

Deno.test("AccountChanges waits for nothing with a store that answers at once", () => {
  using store = new MemoryStore();
  const { accounts, changes } = changesOf(store, { isLate: false });
  assert.equal(changes.change(() => accounts.create("amy", verifier(1), 0)), "created");
  assert.deepEqual(changes.admit(signedIn(1)), signedIn(1));
  const dropped = changes.changeAdmitted(signedIn(1), () => accounts.drop("amy"));
  assert.deepEqual(dropped, { state: "ok", account: "amy" });
  assert.deepEqual(changes.admit(signedIn(1)), { state: "wrong" });
  assert.equal(changes.settled, undefined);
});

Deno.test("AccountChanges admits no sign-in with a replaced password, however late the store answers", async () => {
  const step = fc.record({
    what: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom("create", "drop", "reset", "change") },
      { weight: 2, arbitrary: fc.constant("admit") },
    ),
    mark: fc.integer({ min: 1, max: 2 }),
    turns: fc.nat(12),
  });
  const run = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
    using store = new MemoryStore();
    const { accounts, changes } = changesOf(store, { isLate: true });
    let running = 0;
    const started: Promise<unknown>[] = [];
    const outdated: string[] = [];
    const change = (result: unknown) => {
      running++;
      started.push(Promise.resolve(result).finally(() => running--));
    };
    for (const { what, mark, turns } of steps) {
      switch (what) {
        case "create":
          change(changes.change(() => accounts.create("amy", verifier(mark), 0)));
          break;
        case "drop":
          change(changes.changeAdmitted(signedIn(mark), () => accounts.drop("amy")));
          break;
        case "reset":
          change(changes.change(() => accounts.setVerifier("amy", verifier(mark))));
          break;
        case "change": {
          const next = verifier(3 - mark);
          change(changes.changeAdmitted(signedIn(mark), () => accounts.setVerifier("amy", next)));
          break;
        }
        case "admit":
          started.push(
            Promise.resolve(changes.admit(signedIn(mark))).then(({ state }) => {
              if (running > 0) return; // what is changed closes the account's sessions afterwards
              const account = store.accounts.find("amy");
              const holds = account && isSameVerifier(account.verifier, verifier(mark));
              if (state !== (holds ? "ok" : "wrong")) outdated.push(state);
            }),
          );
      }
      for (let turn = 0; turn < turns; turn++) await ONE_TURN();
    }
    await Promise.all(started);
    await changes.settled;
    assert.deepEqual(outdated, []);
  });
  await fc.assert(run, { numRuns: 150 });
});
