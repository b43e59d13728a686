import assert from "node:assert/strict";
import { ClientError } from "../../../../../core/client/events/errors.ts";
import { type Clock, systemClock } from "../../../../../core/ground/clock.ts";
import { PeerError } from "../../../../../core/peer/mod.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { tempDir } from "../../../../helpers/temp_dir.ts";
import { hurried, MIB, World } from "./files_world.ts";

/** The fates of so many links to bob that cannot be opened. */
function unreachable(times: number): PeerError[] {
  const cause = new Error("nobody answers");
  return Array.from(
    { length: times },
    () => new PeerError({ kind: "unreachable", account: "bob" }, { cause }),
  );
}

Deno.test("a transfer that is cut goes on by itself, without asking again", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path, sha256 } = await world.file("a.bin", 40 * MIB);
  const away = new PeerError({ kind: "no-answer", account: "bob" });
  world.fates.push(17 * MIB, away, 12 * MIB, away);
  // The next link comes when the receiver has read the last one to its end.
  const waits = (times: number) =>
    eventually(() =>
      bob.events.of("notice").filter(({ text }) => text.includes("waiting for its sender"))
        .length >= times
    );
  world.gates.push(Promise.resolve(), waits(1), waits(2));
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  const received = await bob.events.wait("received");
  assert.equal(received.sha256, sha256);
  await amy.events.wait("sent");
  assert.equal(bob.events.of("offer").length, 1);
  assert.equal(world.opened, 3);
  // What was there was not sent again: 17 + 12 MiB passed before, in whole chunks of 8 MiB.
  assert.ok(world.passed < (17 + 12 + 17) * MIB, `${world.passed / MIB} MiB passed`);
  assert.match(amy.events.of("notice")[0]?.text ?? "", /a\.bin: .*trying again in 0\.5 s/);
});

Deno.test("an offer whose link is cut before the answer is answered when it is back", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 10);
  world.fates.push(60); // the offer itself is cut
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("received");
  assert.equal(bob.events.of("offer").length, 1);
});

Deno.test("a transfer whose sender has started anew ends when it is offered anew", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path, { amy: systemClock });
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 40 * MIB);
  world.fates.push(17 * MIB, ...unreachable(50));
  const first = await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("notice", ({ text }) => text.includes("waiting for its sender"));
  amy.offers.cancel(first.number); // bob cannot be notified
  await amy.events.wait("error", ({ id }) => id === first.id);
  world.fates.length = 0;
  const second = await amy.files.send("bob", [path]);
  await bob.events.wait("offer", ({ id }) => id === second.id);
  const error = await bob.events.wait("error", ({ id }) => id === first.id);
  assert.deepEqual([error.code, error.text], [
    "transfer-cancelled",
    "a.bin from amy: it is offered anew",
  ]);
  bob.offers.accept();
  await bob.events.wait("received", ({ id }) => id === second.id);
});

Deno.test("a transfer is given up when nothing moves any more", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path, { bob: hurried });
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 40 * MIB);
  world.fates.push(17 * MIB, ...unreachable(20));
  const { id } = await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  const error = await amy.events.wait("error");
  assert.deepEqual([error.id, error.code], [id, "transfer-lost"]);
  const lost = await bob.events.wait("error");
  assert.deepEqual([lost.id, lost.code], [id, "transfer-lost"]);
  assert.match(lost.text, /Offered again, it continues where it stopped/);
});

Deno.test("a receiver who cannot be reached at first is not tried again", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { path } = await world.file("a.bin", 10);
  const cause = new ClientError({ kind: "not-online", nick: "bob" });
  world.fates.push(new PeerError({ kind: "no-answer", account: "bob" }, { cause }));
  const { id } = await world.amy.files.send("bob", [path]);
  const error = await world.amy.events.wait("error");
  assert.deepEqual([error.id, error.code, world.opened], [id, "no-such-user", 0]);
  assert.equal(error.text, "a.bin to bob: bob is not online");
});

Deno.test("another offer under the id of one that was accepted is not taken", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 40 * MIB);
  world.fates.push(17 * MIB);
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  world.pin = "another key"; // what comes back is not who it was
  bob.offers.accept();
  const error = await amy.events.wait("error");
  assert.equal(error.code, "offer-declined");
  assert.equal(bob.events.of("received").length, 0);
});

Deno.test("settled() does not wait long for a sender who has gone from the server", async () => {
  await using folder = await tempDir();
  const sleeps: number[] = [];
  const again = Promise.withResolvers<void>();
  /** Time passes at once, except for what is waited for when everybody is there. */
  const clock: Clock = {
    now: () => systemClock.now(),
    sleep: (ms, signal) => {
      sleeps.push(ms);
      if (sleeps.filter((each) => each === 10_000).length === 2) again.resolve();
      return systemClock.sleep(ms > 10_000 ? ms : ms / 1_000, signal);
    },
  };
  await using world = new World(folder.path, { amy: systemClock, bob: clock });
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 40 * MIB);
  world.fates.push(17 * MIB, ...unreachable(50));
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("notice", ({ text }) => text.includes("waiting for its sender"));
  assert.ok(!sleeps.includes(10_000)); // not before the end
  const settled = bob.files.settled();
  await again.promise; // amy is there: she may come back
  assert.deepEqual(bob.events.of("error"), []);
  world.isHere = false;
  await settled;
  assert.equal(bob.events.of("error")[0]?.code, "transfer-lost");
});
