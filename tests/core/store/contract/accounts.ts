/** Accounts, whatever keeps them. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { foldName, skeletonOf } from "../../../../core/ground/names.ts";
import { MAX_KNOWN_PER_ACCOUNT } from "../../../../core/store/store.ts";
import { verifier } from "../rows.ts";
import type { Contract } from "./contract.ts";

/** Tests of `Store.accounts`. */
export function testAccounts({ name: implementation, open }: Contract): void {
  const test = (name: string, run: () => Promise<void>) =>
    Deno.test(`${implementation}: ${name}`, run);

  test("create() keeps the name as it was written, and find() takes any case", async () => {
    await using store = await open();
    const { accounts } = store;
    assert.equal(await accounts.create("Amy", verifier(), 1_000), "created");
    const account = { name: "Amy", verifier: verifier(), createdAt: 1_000, lastSeenAt: 1_000 };
    assert.deepEqual(await accounts.find("aMY"), account);
    assert.equal(await accounts.find("bob"), undefined);
  });

  test("create() refuses a name that is taken in another case", async () => {
    await using store = await open();
    const { accounts } = store;
    await accounts.create("Amy", verifier(1), 1_000);
    assert.equal(await accounts.create("AMY", verifier(2), 2_000), "taken");
    assert.deepEqual((await accounts.find("amy"))?.verifier, verifier(1));
  });

  test("create() refuses a name that looks like another", async () => {
    await using store = await open();
    const { accounts } = store;
    await accounts.create("bobl", verifier(), 1_000);
    assert.equal(await accounts.create("B0B|", verifier(), 1_000), "lookalike");
    assert.equal(await accounts.find("B0B|"), undefined);
    assert.equal(await accounts.findLookalike("b0bI"), "bobl");
    assert.equal(await accounts.findLookalike("carol"), undefined);
  });

  test("create() succeeds once where one name is registered twice at once", async () => {
    await using store = await open();
    const { accounts } = store;
    const both = [1, 2].map((mark) => accounts.create("amy", verifier(mark), 1_000));
    assert.deepEqual((await Promise.all(both)).toSorted(), ["created", "taken"]);
    assert.equal((await accounts.list()).length, 1);
  });

  test("setVerifier() changes the password of an account that exists", async () => {
    await using store = await open();
    const { accounts } = store;
    await accounts.create("amy", verifier(1), 1_000);
    assert.equal(await accounts.setVerifier("AMY", verifier(2)), true);
    assert.deepEqual((await accounts.find("amy"))?.verifier, verifier(2));
    assert.equal(await accounts.setVerifier("bob", verifier(2)), false);
  });

  test("drop() frees the name and its lookalikes", async () => {
    await using store = await open();
    const { accounts } = store;
    await accounts.create("bobl", verifier(), 1_000);
    assert.equal(await accounts.drop("BOBL"), true);
    assert.equal(await accounts.drop("bobl"), false);
    assert.equal(await accounts.create("B0B|", verifier(), 1_000), "created");
  });

  test("list() is sorted by folded name", async () => {
    await using store = await open();
    const { accounts } = store;
    for (const name of ["carol", "Bob", "amy"]) await accounts.create(name, verifier(), 1_000);
    assert.deepEqual((await accounts.list()).map(({ name }) => name), ["amy", "Bob", "carol"]);
  });

  test("touch() follows a clock that was ahead and is right again", async () => {
    await using store = await open();
    const { accounts } = store;
    await accounts.create("amy", verifier(), 1_000);
    await accounts.touch("AMY", 5_000);
    await accounts.touch("amy", 3_000);
    await accounts.touch("nobody", 3_000);
    assert.equal((await accounts.find("amy"))?.lastSeenAt, 3_000);
  });

  test("two stores have two secrets of 32 bytes", async () => {
    await using one = await open();
    await using other = await open();
    assert.equal(one.accounts.secret.length, 32);
    assert.notDeepEqual(one.accounts.secret, other.accounts.secret);
  });

  test("knownAddresses() lists the latest of each account, longest ago first", async () => {
    await using store = await open();
    const { accounts } = store;
    const most = MAX_KNOWN_PER_ACCOUNT;
    for (let n = 0; n <= most; n++) {
      await accounts.noteAddress({ account: "Amy", address: `192.0.2.${n}`, seenAt: 1_000 + n });
    }
    await accounts.noteAddress({ account: "amy", address: "192.0.2.1", seenAt: 9_000 });
    await accounts.noteAddress({ account: "bob", address: "192.0.2.1", seenAt: 500 });
    const known = await accounts.knownAddresses();
    assert.equal(known.length, most + 1);
    assert.deepEqual(known.at(0), { account: "bob", address: "192.0.2.1", seenAt: 500 });
    assert.deepEqual(known.at(1), { account: "amy", address: "192.0.2.2", seenAt: 1_002 });
    assert.deepEqual(known.at(-1), { account: "amy", address: "192.0.2.1", seenAt: 9_000 });
    await accounts.forgetAddresses("AMY");
    assert.deepEqual((await accounts.knownAddresses()).map(({ account }) => account), ["bob"]);
  });

  test("accounts are as a plain list would have them, whatever is done to them", async () => {
    const name = fc.constantFrom("amy", "AMY", "bobl", "B0b|", "carol", "c-d", "C_D", "rn", "m1");
    const step = fc.tuple(fc.constantFrom("create", "drop", "set"), name, fc.nat(200));
    const run = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await using store = await open();
      const { accounts } = store;
      const model: { name: string; mark: number }[] = [];
      const at = (name: string) =>
        model.findIndex((known) => foldName(known.name) === foldName(name));
      for (const [what, name, mark] of steps) {
        if (what === "create") {
          const twin = model.find((known) => skeletonOf(known.name) === skeletonOf(name));
          const expected = at(name) >= 0 ? "taken" : twin ? "lookalike" : "created";
          assert.equal(await accounts.create(name, verifier(mark), 1), expected);
          if (expected === "created") model.push({ name, mark });
        } else if (what === "drop") {
          assert.equal(await accounts.drop(name), at(name) >= 0);
          if (at(name) >= 0) model.splice(at(name), 1);
        } else {
          assert.equal(await accounts.setVerifier(name, verifier(mark)), at(name) >= 0);
          if (at(name) >= 0) model[at(name)]!.mark = mark;
        }
      }
      const sorted = model.toSorted((a, b) => foldName(a.name) < foldName(b.name) ? -1 : 1);
      assert.deepEqual(
        (await accounts.list()).map(({ name, verifier }) => ({
          name,
          mark: verifier.storedKey[0],
        })),
        sorted,
      );
    });
    await fc.assert(run);
  });
}
