import assert from "node:assert/strict";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../core/clock.ts";
import { FileTransfers, type FileTransfers as Transfers } from "../../../core/client/files/mod.ts";
import { ClientError } from "../../../core/client/errors.ts";
import { Offers } from "../../../core/client/offers.ts";
import { type Duplex, type FileLink, fileLinkOf } from "../../../core/peer/files/mod.ts";
import { PeerError } from "../../../core/peer/mod.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/temp_dir.ts";
import { connect, cutAfter, sha256, someBytes } from "../peer/files/helpers.ts";
import { EventLog } from "./support.ts";

const MIB = 1024 * 1024;

/** Waits a hundredth of what it is asked to. Whoever has it must not be waited for: a busy machine is slower. */
const hurried: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

interface Person {
  readonly files: Transfers;
  readonly offers: Offers;
  readonly events: EventLog;
}

/** Two clients and the links between them. */
class World implements AsyncDisposable {
  readonly amy: Person;
  readonly bob: Person;
  /** What becomes of the next links: an error, or after how many bytes they are cut. */
  readonly fates: (Error | number | "slow")[] = [];
  /** What the next links wait for. */
  readonly gates: Promise<void>[] = [];
  /** Bytes that went over links from a sender. */
  passed = 0;
  /** Each link that was opened. */
  opened = 0;
  /** The key that amy shows. */
  pin = "pin of amy";
  account: string | undefined = "amy";

  constructor(readonly folder: string, clocks: { amy?: Clock; bob?: Clock } = {}) {
    const { amy = hurried, bob = systemClock } = clocks;
    this.amy = this.#person("amy", () => this.account, amy);
    this.bob = this.#person("bob", () => "bob", bob);
    this.bob.offers.defaultFolder = join(folder, "downloads");
  }

  /** A file to send, with content that tells it. */
  async file(name: string, bytes: number): Promise<{ path: string; sha256: string }> {
    const path = join(this.folder, name);
    const content = someBytes(bytes);
    await Deno.writeFile(path, content);
    return { path, sha256: sha256(content) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.amy.files.close(), this.bob.files.close()]);
  }

  #person(name: string, account: () => string | undefined, clock: Clock): Person {
    const events = new EventLog();
    const offers = new Offers(events.add);
    const files = new FileTransfers({
      clock,
      offers,
      emit: events.add,
      account,
      openLink: (to) => this.#link(name, to),
    });
    return { files, offers, events };
  }

  async #link(from: string, to: string): Promise<FileLink> {
    const fate = this.fates.shift() ?? Infinity;
    if (fate instanceof Error) throw fate;
    await this.gates.shift();
    this.opened++;
    const [a, b] = await connect();
    const receiver = to === "bob" ? this.bob : this.amy;
    const pin = from === "amy" ? this.pin : `pin of ${from}`;
    receiver.files.receive({ ...fileLinkOf(b), account: from, pin });
    const counted = cutAfter(a, fate === "slow" ? Infinity : fate, (count) => this.passed += count);
    return fileLinkOf(fate === "slow" ? slowAfter(counted, 10 * MIB) : counted);
  }
}

/** A connection that becomes slow after so many bytes. */
function slowAfter(conn: Duplex, bytes: number): Duplex {
  let left = bytes;
  return {
    read: (into) => conn.read(into),
    write: async (from) => {
      if (left <= 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const count = await conn.write(from.subarray(0, left > 0 ? left : 16 * 1024));
      left -= count;
      return count;
    },
    close: () => conn.close(),
  };
}

Deno.test("a file is offered, accepted, sent and received", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path, sha256 } = await world.file("a.bin", MIB);
  const { id, number } = await amy.files.send("bob", [path]);
  const offer = await bob.events.wait("offer");
  assert.deepEqual(
    [offer.id, offer.from, offer.to, offer.names, offer.sizes, offer.bytes, offer.files],
    [id, "amy", "bob", ["a.bin"], [MIB], MIB, 1],
  );
  bob.offers.accept(offer.number);
  const received = await bob.events.wait("received");
  assert.deepEqual([received.id, received.sha256, received.bytes], [id, sha256, MIB]);
  assert.equal(received.path, join(folder.path, "downloads", "a.bin"));
  const sent = await amy.events.wait("sent");
  assert.deepEqual([sent.id, sent.number, sent.sha256, sent.path], [id, number, sha256, path]);
  assert.deepEqual([amy.offers.list(), bob.offers.list()], [[], []]);
});

Deno.test("a transfer that is cut goes on by itself, without asking again", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path, sha256 } = await world.file("a.bin", 40 * MIB);
  const away = new PeerError("no-answer", "No answer from the client of bob");
  world.fates.push(17 * MIB, away, 12 * MIB, away);
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
  const away = new PeerError("unreachable", "Cannot reach bob: nobody answers");
  world.fates.push(17 * MIB, ...Array.from({ length: 50 }, () => away));
  const first = await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("notice", ({ text }) => text.includes("waiting for its sender"));
  amy.offers.cancel(first.number); // bob cannot be told
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
  const away = new PeerError("unreachable", "Cannot reach bob: nobody answers");
  world.fates.push(17 * MIB, ...Array.from({ length: 20 }, () => away));
  const { id } = await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  bob.offers.accept();
  const error = await amy.events.wait("error");
  assert.deepEqual([error.id, error.code], [id, "transfer-lost"]);
  const lost = await bob.events.wait("error");
  assert.deepEqual([lost.id, lost.code], [id, "transfer-lost"]);
  assert.match(lost.text, /Offered again, it goes on where it stopped/);
});

Deno.test("a receiver who cannot be reached at first is not tried again", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { path } = await world.file("a.bin", 10);
  const cause = new ClientError("no-such-user", "bob: No such nick");
  world.fates.push(new PeerError("no-answer", "The request did not get through", { cause }));
  const { id } = await world.amy.files.send("bob", [path]);
  const error = await world.amy.events.wait("error");
  assert.deepEqual([error.id, error.code, world.opened], [id, "no-such-user", 0]);
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

Deno.test("/reject and /cancel end a transfer on both sides, with its id", async (t) => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 20 * MIB);
  const cases: readonly [string, string, () => unknown][] = [
    ["bob says no", "offer-declined", () => bob.offers.reject(undefined, "no time")],
    ["amy takes it back", "transfer-cancelled", () => amy.offers.cancel()],
    ["amy stops", "transfer-cancelled", async () => {
      const before = world.passed;
      bob.offers.accept();
      await eventually(() => world.passed >= before + 10 * MIB);
      amy.offers.cancel();
    }],
    ["bob stops", "transfer-cancelled", async () => {
      const before = world.passed;
      bob.offers.accept();
      await eventually(() => world.passed >= before + 10 * MIB);
      bob.offers.cancel();
    }],
  ];
  for (const [name, code, end] of cases) {
    await t.step(name, async () => {
      world.fates.push("slow");
      const { id } = await amy.files.send("bob", [path]);
      await bob.events.wait("offer", (offer) => offer.id === id);
      await end();
      for (const { events, offers } of [amy, bob]) {
        const error = await events.wait("error", (one) => one.id === id);
        assert.equal(error.code, code);
        assert.deepEqual(offers.list(), []);
      }
    });
  }
  assert.match(amy.events.of("error")[0]?.text ?? "", /a\.bin to bob: .*no time/);
});

Deno.test("settled() waits for what is under way, not for what nobody has answered", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 20 * MIB);
  await amy.files.settled();
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
  await bob.files.settled(); // it is for bob to answer
  bob.offers.accept();
  await Promise.all([amy.files.settled(), bob.files.settled()]);
  assert.equal(bob.events.of("received").length, 1);
  assert.equal(amy.events.of("sent").length, 1);

  await amy.files.send("bob", [path]);
  await bob.events.wait("offer", ({ number }) => number === 2);
  await amy.files.settled(); // five minutes on a hurried clock: bob does not answer
  assert.equal(amy.offers.list()[0]?.state, "waiting");
});

Deno.test("what cannot be offered is an error at once", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy } = world;
  const { path } = await world.file("a.bin", 10);
  const fails = async (code: string, to: string, ...paths: string[]) =>
    await assert.rejects(
      amy.files.send(to, paths),
      (error) => error instanceof ClientError && error.code === code,
    );
  await fails("nothing-to-send", "bob", join(folder.path, "nothing"));
  await fails("bad-name", "#lobby", path);
  world.account = undefined;
  await fails("not-signed-in", "bob", path);
  assert.deepEqual(amy.events.all, []);
});

Deno.test("a file nobody may read is an error, and beside others it is named", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  bob.offers.policy = "always";
  const { path } = await world.file("gone.bin", 10);
  const other = await world.file("there.bin", 10);
  const sending = amy.files.send("bob", [path, other.path]);
  sending.then(() => Deno.removeSync(path));
  const { id } = await sending;
  const sent = await amy.events.wait("sent", (event) => event.id === id);
  assert.deepEqual(sent.failed, [{ path: "gone.bin", fault: "unreadable" }]);
  assert.deepEqual([sent.bytes, sent.total, sent.contents.length], [10, 20, 1]);
  assert.equal(sent.path, other.path);
  const received = await bob.events.wait("received", (event) => event.id === id);
  assert.deepEqual(received.failed, sent.failed);
});

Deno.test("what was sent is named by the first path of which something was sent", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  bob.offers.policy = "always";
  const gone = await world.file("gone.bin", 10);
  const photos = join(folder.path, "photos");
  await Deno.mkdir(join(photos, "sea"), { recursive: true });
  await Deno.writeTextFile(join(photos, "sea", "1.jpg"), "one");
  const sending = amy.files.send("bob", [gone.path, photos]);
  sending.then(() => Deno.removeSync(gone.path));
  await sending;
  assert.equal((await amy.events.wait("sent")).path, await Deno.realPath(photos));
});

Deno.test("offers to one person arrive in the order in which they were made", async (t) => {
  await using folder = await tempDir();
  const one = (name: string) => `["${name}",1,0,false]`;
  const offerLine = (id: string, name: string) =>
    `{"v":1,"type":"offer","id":"${id}","kind":"file","names":["${name}"],"roots":1,"files":1,"folders":0,"bytes":1}\n`;
  const listLine = (name: string) => `{"type":"list","files":[${one(name)}],"folders":[]}\n`;

  await t.step("though the link of the first takes longer", async () => {
    await using world = new World(folder.path);
    const { amy, bob } = world;
    const [slow, quick] = [await world.file("slow.bin", 10), await world.file("quick.bin", 10)];
    const gate = Promise.withResolvers<void>();
    world.gates.push(gate.promise);
    await amy.files.send("bob", [slow.path]);
    await amy.files.send("bob", [quick.path]);
    gate.resolve();
    await bob.events.wait("offer", ({ names }) => names[0] === "quick.bin");
    const numbers = bob.events.of("offer").map(({ number, names }) => [number, names[0]]);
    assert.deepEqual(numbers, [[1, "slow.bin"], [2, "quick.bin"]]);
    bob.offers.accept(2); // nobody waits for an answer to the first
    await bob.events.wait("received");
  });

  await t.step("though the first cannot be reached", async () => {
    await using world = new World(folder.path);
    const { amy, bob } = world;
    const [first, second] = [await world.file("first.bin", 10), await world.file("2.bin", 10)];
    world.fates.push(new PeerError("unreachable", "Cannot reach bob: nobody answers"));
    await amy.files.send("bob", [first.path]);
    await amy.files.send("bob", [second.path]);
    await bob.events.wait("offer", ({ names }) => names[0] === "2.bin");
  });

  await t.step("though there is more to be looked through", async () => {
    await using world = new World(folder.path);
    const many = join(folder.path, "many");
    await Deno.mkdir(many);
    for (let i = 0; i < 50; i++) await Deno.writeTextFile(join(many, `${i}`), "");
    const { path } = await world.file("few.bin", 10);
    const offers = [world.amy.files.send("bob", [many]), world.amy.files.send("bob", [path])];
    assert.deepEqual((await Promise.all(offers)).map(({ number }) => number), [1, 2]);
  });

  await t.step("though the first says later what it is", async () => {
    await using world = new World(folder.path);
    const { bob } = world;
    const links = [await connect(), await connect()];
    const write = (at: number, text: string) => links[at]![0].write(new TextEncoder().encode(text));
    for (const [, b] of links) {
      bob.files.receive({ ...fileLinkOf(b), account: "amy", pin: "pin of amy" });
    }
    await write(1, offerLine("offer-two", "two") + listLine("two"));
    await write(0, offerLine("offer-one", "one") + listLine("one"));
    await bob.events.wait("offer", ({ id }) => id === "offer-two");
    assert.deepEqual(bob.events.of("offer").map(({ id }) => id), ["offer-one", "offer-two"]);
    for (const [a] of links) a.close();
  });
});
