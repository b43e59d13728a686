import assert from "node:assert/strict";
import { PeerKeys } from "../../../../core/client/people/peer_keys.ts";
import { KnownPeers } from "../../../../core/identity/known_peers.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";

const SERVER = "chat.example:9000";
const [OURS, FIRST, OTHER, THIRD] = ["aa", "bb", "cc", "dd"].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
  string,
];
const BOB = { server: SERVER, account: "bob" };

Deno.test("PeerKeys", async (t) => {
  await using dir = await tempDir();
  const known = new KnownPeers(`${dir.path}/known_peers`);
  const keys = new PeerKeys(SERVER, { pin: OURS, known });

  await t.step("has no number for strangers, bad names and guests", async () => {
    assert.deepEqual(await keys.safetyNumber("amy", "bob"), { state: "unknown" });
    assert.deepEqual(await keys.safetyNumber("amy", "not a name"), { state: "bad-name" });
    assert.deepEqual(await keys.safetyNumber(undefined, "bob"), { state: "not-signed-in" });
    assert.deepEqual(await keys.verify("amy", "bob"), { state: "unknown" });
    assert.deepEqual(await keys.refused("bob"), { state: "none" });
  });

  await t.step("shows the same number to both sides, and notes that it was compared", async () => {
    await known.check(BOB, FIRST);
    const seen = await keys.safetyNumber("amy", "bob");
    assert(seen.state === "known");
    const theirs = new KnownPeers(`${dir.path}/theirs`);
    await theirs.check({ server: SERVER, account: "amy" }, OURS);
    const bobs = await new PeerKeys(SERVER, { pin: FIRST, known: theirs }).safetyNumber(
      "bob",
      "amy",
    );
    assert(bobs.state === "known");
    assert.equal(seen.number, bobs.number);
    assert.deepEqual([seen.own, seen.verified], ["amy", false]);
    assert.deepEqual(await keys.verify("amy", "bob"), { state: "verified" });
    const again = await keys.safetyNumber("amy", "bob");
    assert(again.state === "known" && again.verified);
  });

  await t.step("trusts the refused key that a person saw, and no other", async () => {
    await known.check(BOB, OTHER);
    const refused = { state: "refused", pinned: FIRST, refused: OTHER };
    assert.deepEqual(await keys.refused("bob"), refused);
    await known.check(BOB, THIRD); // comes in between
    assert.deepEqual(await keys.trust("bob", OTHER), { state: "changed" });
    assert.deepEqual(await keys.trust("bob", THIRD), { state: "trusted", pin: THIRD });
    const trusted = await keys.safetyNumber("amy", "bob");
    assert(trusted.state === "known" && !trusted.verified, "nobody has compared the new key");
  });

  await t.step("knows nobody in a client without links", async () => {
    const none = new PeerKeys(SERVER, undefined);
    assert.deepEqual(await none.safetyNumber("amy", "bob"), { state: "unknown" });
    assert.deepEqual(await none.refused("bob"), { state: "none" });
  });
});
