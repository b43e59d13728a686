import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { KnownPeers } from "../../../core/identity/known_peers.ts";
import { tempDir } from "../../helpers/mod.ts";

const BOB = { server: "chat.example:9000", account: "bob" };
const ONE = "ab".repeat(32);
const TWO = "cd".repeat(32);
const THREE = "ef".repeat(32);
const NOW = new Date("2030-01-02T03:04:05Z");
const TIME = "2030-01-02T03:04:05Z";

interface Fixture extends AsyncDisposable {
  readonly path: string;
  readonly peers: KnownPeers;
}

async function fixture(text?: string): Promise<Fixture> {
  const dir = await tempDir();
  const path = join(dir.path, "known_peers");
  if (text !== undefined) await Deno.writeTextFile(path, text);
  const peers = new KnownPeers(path, { now: () => NOW });
  return { path, peers, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

Deno.test("KnownPeers pins the first key of an account on each server", async () => {
  await using files = await fixture();
  const { peers, path } = files;
  assert.equal(await peers.check(BOB, ONE), "new");
  assert.equal(await peers.check(BOB, ONE), "known");
  assert.equal(await peers.check({ ...BOB, account: "BOB" }, ONE), "known");
  assert.equal(await peers.check({ ...BOB, server: "other.example:9000" }, TWO), "new");
  assert.equal(
    await Deno.readTextFile(path),
    `chat.example:9000 bob ${ONE} ${TIME}\nother.example:9000 bob ${TWO} ${TIME}\n`,
  );
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("KnownPeers refuses a changed key until it is trusted", async () => {
  await using files = await fixture();
  const { peers } = files;
  assert.equal(await peers.trust(BOB), undefined);
  await peers.check(BOB, ONE);
  assert.equal(await peers.trust(BOB), undefined);
  assert.equal(await peers.check(BOB, TWO), "changed");
  assert.equal(await peers.check(BOB, TWO), "changed");
  assert.equal(await peers.check(BOB, ONE), "known");
  assert.equal((await peers.find(BOB))?.refused, TWO);
  assert.equal(await peers.check(BOB, THREE), "changed");
  assert.equal(await peers.trust(BOB, TWO), undefined); // another key came in between
  assert.equal(await peers.check(BOB, ONE), "known");
  assert.equal(await peers.trust(BOB, THREE), THREE);
  assert.equal(await peers.trust(BOB), undefined);
  assert.equal(await peers.check(BOB, THREE), "known");
  assert.equal(await peers.check(BOB, ONE), "changed");
});

Deno.test("KnownPeers notes a verified key, and that a trusted new one is not verified", async () => {
  await using files = await fixture();
  const { peers } = files;
  assert.equal(await peers.verify(BOB, ONE), false);
  await peers.check(BOB, ONE);
  assert.equal(await peers.verify(BOB, TWO), false);
  assert.equal(await peers.verify(BOB, ONE), true);
  await peers.check(BOB, TWO);
  const verified = { account: "bob", pin: ONE, firstSeen: NOW, verified: true, refused: TWO };
  assert.deepEqual(await peers.find(BOB), verified);
  assert.deepEqual(await peers.list(BOB.server), [verified]);
  assert.deepEqual(await peers.list("other.example:9000"), []);
  await peers.trust(BOB);
  assert.deepEqual(await peers.find(BOB), {
    ...verified,
    pin: TWO,
    verified: false,
    refused: undefined,
  });
});

Deno.test("KnownPeers counts a damaged line as a changed key, never as a new one", async () => {
  await using files = await fixture(`${BOB.server} bob ${ONE.slice(1)}\n`);
  const { peers } = files;
  assert.equal(await peers.find(BOB), undefined);
  assert.equal(await peers.check(BOB, ONE), "changed");
  assert.equal(await peers.trust(BOB), ONE);
  assert.equal(await peers.check(BOB, ONE), "known");
});

Deno.test("KnownPeers keeps comments and lines it does not understand", async () => {
  const text = `# friends\n${BOB.server} bob ${ONE} ${TIME} verified\n??\n`;
  await using files = await fixture(text);
  assert.equal(await files.peers.check(BOB, TWO), "changed");
  assert.equal(
    await Deno.readTextFile(files.path),
    `# friends\n${BOB.server} bob ${ONE} ${TIME} verified refused=${TWO}\n??\n`,
  );
});

Deno.test("KnownPeers lets one of many first keys win, and loses no account", async () => {
  await using files = await fixture();
  const states = await Promise.all(
    [ONE, TWO, THREE].map((pin) => new KnownPeers(files.path).check(BOB, pin)),
  );
  assert.deepEqual(states.sort(), ["changed", "changed", "new"]);
  const accounts = Array.from({ length: 20 }, (_, index) => `user${index}`);
  await Promise.all(accounts.map((account) => files.peers.check({ ...BOB, account }, ONE)));
  assert.equal((await files.peers.list(BOB.server)).length, 21);
});

Deno.test("KnownPeers reads any text without throwing, and still pins", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("other:1", "ann", ONE, "refused=", "verified", "#", " ", "\n", "\r\n", "\0"),
  );
  const property = fc.asyncProperty(fc.array(piece), async (pieces) => {
    await using files = await fixture(pieces.join("").toWellFormed());
    assert.equal(await files.peers.check(BOB, ONE), "new");
    assert.equal(await files.peers.check(BOB, TWO), "changed");
    assert.equal(await files.peers.check(BOB, ONE), "known");
  });
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("KnownPeers agrees with a plain model, whatever the order of calls", async () => {
  const call = fc.record({
    account: fc.constantFrom("ann", "bob"),
    pin: fc.constantFrom(ONE, TWO, THREE),
    what: fc.constantFrom("check", "trust", "verify"),
  });
  const property = fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
    await using files = await fixture();
    const model = new Map<
      string,
      { pin: string; verified: boolean; refused: string | undefined }
    >();
    for (const { account, pin, what } of calls) {
      const name = { ...BOB, account };
      const entry = model.get(account);
      if (what === "check") {
        const expected = entry === undefined ? "new" : entry.pin === pin ? "known" : "changed";
        assert.equal(await files.peers.check(name, pin), expected);
        if (entry === undefined) model.set(account, { pin, verified: false, refused: undefined });
        else if (expected === "changed") entry.refused = pin;
      } else if (what === "trust") {
        assert.equal(await files.peers.trust(name), entry?.refused);
        if (entry?.refused !== undefined) {
          model.set(account, { pin: entry.refused, verified: false, refused: undefined });
        }
      } else {
        assert.equal(await files.peers.verify(name, pin), entry?.pin === pin);
        if (entry?.pin === pin) entry.verified = true;
      }
    }
    for (const [account, entry] of model) {
      const found = await files.peers.find({ ...BOB, account });
      assert.deepEqual(found, { account, firstSeen: NOW, ...entry });
    }
  });
  await fc.assert(property, { numRuns: 30 });
});

Deno.test("KnownPeers refuses names and pins that would spoil the file", async () => {
  await using files = await fixture();
  const bad = [
    { ...BOB, account: "b" },
    { ...BOB, account: "bob smith" },
    { ...BOB, account: "bob\nann" },
    { ...BOB, server: "" },
    { ...BOB, server: "a b" },
    { ...BOB, server: "#a" },
  ];
  for (const name of bad) await assert.rejects(files.peers.check(name, ONE), RangeError);
  await assert.rejects(files.peers.check(BOB, ONE.toUpperCase()), RangeError);
});
