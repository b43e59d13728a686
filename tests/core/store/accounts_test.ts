import assert from "node:assert/strict";
import fc from "fast-check";
import { foldName, skeletonOf } from "../../../core/irc/names.ts";
import { openStore } from "../../../core/store/sqlite_store.ts";
import { tempDir } from "../../helpers/mod.ts";
import { verifier } from "./rows.ts";

Deno.test("createAccount() keeps the name as it was written and finds it in any case", () => {
  using store = openStore(":memory:");
  assert.equal(store.createAccount("Amy", verifier(), 1_000), "created");
  const account = { name: "Amy", verifier: verifier(), createdAt: 1_000, lastSeenAt: 1_000 };
  assert.deepEqual(store.findAccount("aMY"), account);
  assert.equal(store.findAccount("bob"), undefined);
});

Deno.test("createAccount() refuses a name that is taken in another case", () => {
  using store = openStore(":memory:");
  store.createAccount("Amy", verifier(1), 1_000);
  assert.equal(store.createAccount("AMY", verifier(2), 2_000), "taken");
  assert.deepEqual(store.findAccount("amy")?.verifier, verifier(1));
});

Deno.test("createAccount() refuses a name that looks like another", () => {
  using store = openStore(":memory:");
  store.createAccount("bobl", verifier(), 1_000);
  assert.equal(store.createAccount("B0B|", verifier(), 1_000), "lookalike");
  assert.equal(store.findAccount("B0B|"), undefined);
  assert.equal(store.findLookalike("b0bI"), "bobl");
  assert.equal(store.findLookalike("carol"), undefined);
});

Deno.test("setVerifier() changes the password of an account that exists", () => {
  using store = openStore(":memory:");
  store.createAccount("amy", verifier(1), 1_000);
  assert.equal(store.setVerifier("AMY", verifier(2)), true);
  assert.deepEqual(store.findAccount("amy")?.verifier, verifier(2));
  assert.equal(store.setVerifier("bob", verifier(2)), false);
});

Deno.test("dropAccount() frees the name and its lookalikes", () => {
  using store = openStore(":memory:");
  store.createAccount("bobl", verifier(), 1_000);
  assert.equal(store.dropAccount("BOBL"), true);
  assert.equal(store.dropAccount("bobl"), false);
  assert.equal(store.createAccount("B0B|", verifier(), 1_000), "created");
});

Deno.test("accounts() are sorted by folded name", () => {
  using store = openStore(":memory:");
  for (const name of ["carol", "Bob", "amy"]) store.createAccount(name, verifier(), 1_000);
  assert.deepEqual(store.accounts().map(({ name }) => name), ["amy", "Bob", "carol"]);
});

Deno.test("touchAccount() follows a clock that was ahead and is right again", () => {
  using store = openStore(":memory:");
  store.createAccount("amy", verifier(), 1_000);
  store.touchAccount("AMY", 5_000);
  store.touchAccount("amy", 3_000);
  store.touchAccount("nobody", 3_000);
  assert.equal(store.findAccount("amy")?.lastSeenAt, 3_000);
});

Deno.test("accounts and the secret are there again after reopening", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  let secret: Uint8Array;
  {
    using store = openStore(path);
    store.createAccount("amy", verifier(), 1_000);
    secret = store.secret;
  }
  using store = openStore(path);
  assert.equal(store.findAccount("amy")?.name, "amy");
  assert.deepEqual(store.secret, secret);
  assert.equal(secret.length, 32);
});

Deno.test("two stores have two secrets", () => {
  using one = openStore(":memory:");
  using other = openStore(":memory:");
  assert.notDeepEqual(one.secret, other.secret);
});

Deno.test("accounts are as a plain list would have them, whatever is done to them", () => {
  const name = fc.constantFrom("amy", "AMY", "bobl", "B0b|", "carol", "c-d", "C_D", "rn", "m1");
  const step = fc.tuple(fc.constantFrom("create", "drop", "set"), name, fc.nat(200));
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    using store = openStore(":memory:");
    const model: { name: string; mark: number }[] = [];
    const at = (name: string) =>
      model.findIndex((known) => foldName(known.name) === foldName(name));
    for (const [what, name, mark] of steps) {
      if (what === "create") {
        const twin = model.find((known) => skeletonOf(known.name) === skeletonOf(name));
        const expected = at(name) >= 0 ? "taken" : twin ? "lookalike" : "created";
        assert.equal(store.createAccount(name, verifier(mark), 1), expected);
        if (expected === "created") model.push({ name, mark });
      } else if (what === "drop") {
        assert.equal(store.dropAccount(name), at(name) >= 0);
        if (at(name) >= 0) model.splice(at(name), 1);
      } else {
        assert.equal(store.setVerifier(name, verifier(mark)), at(name) >= 0);
        if (at(name) >= 0) model[at(name)]!.mark = mark;
      }
    }
    const sorted = model.toSorted((a, b) => foldName(a.name) < foldName(b.name) ? -1 : 1);
    assert.deepEqual(
      store.accounts().map(({ name, verifier }) => ({ name, mark: verifier.storedKey[0] })),
      sorted,
    );
  }));
});
