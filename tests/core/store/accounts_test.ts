import assert from "node:assert/strict";
import fc from "fast-check";
import { foldName, skeletonOf } from "../../../core/irc/names.ts";
import { openStore } from "../../../core/store/sqlite_store.ts";
import { tempDir } from "../../helpers/mod.ts";
import { verifier } from "./rows.ts";

Deno.test("createAccount() keeps the name as it was written and finds it in any case", () => {
  using store = openStore(":memory:");
  assert.equal(store.accounts.create("Amy", verifier(), 1_000), "created");
  const account = { name: "Amy", verifier: verifier(), createdAt: 1_000, lastSeenAt: 1_000 };
  assert.deepEqual(store.accounts.find("aMY"), account);
  assert.equal(store.accounts.find("bob"), undefined);
});

Deno.test("createAccount() refuses a name that is taken in another case", () => {
  using store = openStore(":memory:");
  store.accounts.create("Amy", verifier(1), 1_000);
  assert.equal(store.accounts.create("AMY", verifier(2), 2_000), "taken");
  assert.deepEqual(store.accounts.find("amy")?.verifier, verifier(1));
});

Deno.test("createAccount() refuses a name that looks like another", () => {
  using store = openStore(":memory:");
  store.accounts.create("bobl", verifier(), 1_000);
  assert.equal(store.accounts.create("B0B|", verifier(), 1_000), "lookalike");
  assert.equal(store.accounts.find("B0B|"), undefined);
  assert.equal(store.accounts.findLookalike("b0bI"), "bobl");
  assert.equal(store.accounts.findLookalike("carol"), undefined);
});

Deno.test("setVerifier() changes the password of an account that exists", () => {
  using store = openStore(":memory:");
  store.accounts.create("amy", verifier(1), 1_000);
  assert.equal(store.accounts.setVerifier("AMY", verifier(2)), true);
  assert.deepEqual(store.accounts.find("amy")?.verifier, verifier(2));
  assert.equal(store.accounts.setVerifier("bob", verifier(2)), false);
});

Deno.test("dropAccount() frees the name and its lookalikes", () => {
  using store = openStore(":memory:");
  store.accounts.create("bobl", verifier(), 1_000);
  assert.equal(store.accounts.drop("BOBL"), true);
  assert.equal(store.accounts.drop("bobl"), false);
  assert.equal(store.accounts.create("B0B|", verifier(), 1_000), "created");
});

Deno.test("accounts() are sorted by folded name", () => {
  using store = openStore(":memory:");
  for (const name of ["carol", "Bob", "amy"]) store.accounts.create(name, verifier(), 1_000);
  assert.deepEqual(store.accounts.list().map(({ name }) => name), ["amy", "Bob", "carol"]);
});

Deno.test("touchAccount() follows a clock that was ahead and is right again", () => {
  using store = openStore(":memory:");
  store.accounts.create("amy", verifier(), 1_000);
  store.accounts.touch("AMY", 5_000);
  store.accounts.touch("amy", 3_000);
  store.accounts.touch("nobody", 3_000);
  assert.equal(store.accounts.find("amy")?.lastSeenAt, 3_000);
});

Deno.test("accounts and the secret are there again after reopening", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  let secret: Uint8Array;
  {
    using store = openStore(path);
    store.accounts.create("amy", verifier(), 1_000);
    secret = store.accounts.secret;
  }
  using store = openStore(path);
  assert.equal(store.accounts.find("amy")?.name, "amy");
  assert.deepEqual(store.accounts.secret, secret);
  assert.equal(secret.length, 32);
});

Deno.test("two stores have two secrets", () => {
  using one = openStore(":memory:");
  using other = openStore(":memory:");
  assert.notDeepEqual(one.accounts.secret, other.accounts.secret);
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
        assert.equal(store.accounts.create(name, verifier(mark), 1), expected);
        if (expected === "created") model.push({ name, mark });
      } else if (what === "drop") {
        assert.equal(store.accounts.drop(name), at(name) >= 0);
        if (at(name) >= 0) model.splice(at(name), 1);
      } else {
        assert.equal(store.accounts.setVerifier(name, verifier(mark)), at(name) >= 0);
        if (at(name) >= 0) model[at(name)]!.mark = mark;
      }
    }
    const sorted = model.toSorted((a, b) => foldName(a.name) < foldName(b.name) ? -1 : 1);
    assert.deepEqual(
      store.accounts.list().map(({ name, verifier }) => ({ name, mark: verifier.storedKey[0] })),
      sorted,
    );
  }));
});
