import assert from "node:assert/strict";
import { join } from "node:path";
import { leftOutText } from "../../../../../cmd/terminal/words/offer_words.ts";
import { ClientError } from "../../../../../core/client/events/errors.ts";
import { ListBudget } from "../../../../../core/peer/files/mod.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { tempDir } from "../../../../helpers/temp_dir.ts";
import { HELD_BYTES, MIB, World } from "./files_world.ts";

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

Deno.test("each file that is left out, and each that is renamed, has an event of its own", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const from = join(folder.path, ".from");
  await Deno.mkdir(from);
  await Deno.writeTextFile(join(from, "nul.txt"), "x");
  await Deno.symlink("nul.txt", join(from, "good"));
  for (let n = 1; n <= 4; n++) await Deno.symlink("/nowhere/x", join(from, `bad${n}`));
  const { id, number } = await amy.files.send("bob", [from]);
  const skipped = amy.events.of("file-skipped");
  assert.deepEqual(
    skipped.map(({ path, reason, target }) => [path, reason, target]),
    [
      ...[1, 2, 3, 4].map((n) => [join(from, `bad${n}`), "dangling-link", "/nowhere/x"]),
      [join(from, "good"), "link", "nul.txt"],
    ],
  );
  assert.ok(skipped.every((event) => event.id === id && event.number === number));
  const bad = `${join(from, "bad1")} -> /nowhere/x: a link that leads nowhere`;
  const [notice] = amy.events.of("notice");
  assert.equal(notice?.text, `Left out: ${bad}, and 4 more (/leftout lists them)`);
  assert.equal(amy.files.leftOut.length, 5);
  assert.equal(leftOutText(amy.files.leftOut[0]!), bad);
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("received");
  const into = join(await Deno.realPath(join(folder.path, "downloads")), "_from");
  assert.deepEqual(
    bob.events.of("file-renamed").map(({ offered, path }) => [offered, path]),
    [[".from/nul.txt", join(into, "_nul.txt")], [".from", into]],
  );
  assert.match(
    bob.events.of("notice").at(-1)?.text ?? "",
    /^Renamed: \.from\/nul\.txt from amy is /,
  );
});

Deno.test("/reject and /cancel end a transfer on both sides, with its id", async (t) => {
  await using folder = await tempDir();
  await using world = new World(folder.path);
  const { amy, bob } = world;
  const { path } = await world.file("a.bin", 20 * MIB);
  let goOn = () => {};
  const cases: readonly [string, string, () => unknown][] = [
    ["bob says no", "offer-declined", () => bob.offers.reject(undefined, "no time")],
    ["amy takes it back", "transfer-cancelled", () => amy.offers.cancel()],
    ["amy stops", "transfer-cancelled", async () => {
      const before = world.passed;
      bob.offers.accept();
      await eventually(() => world.passed >= before + HELD_BYTES - MIB);
      amy.offers.cancel();
      goOn();
    }],
    ["bob stops", "transfer-cancelled", async () => {
      const before = world.passed;
      bob.offers.accept();
      await eventually(() => world.passed >= before + HELD_BYTES - MIB);
      bob.offers.cancel();
      goOn();
    }],
  ];
  for (const [name, code, end] of cases) {
    await t.step(name, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      world.fates.push(promise);
      goOn = resolve;
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
  const texts = amy.events.of("error").map(({ text }) => text);
  assert.match(texts[0] ?? "", /a\.bin to bob: .*no time/);
  assert.equal(texts.at(-1), "a.bin to bob: The receiver stopped");
  const { id } = await amy.files.send("bob", [path]);
  await bob.events.wait("offer", (offer) => offer.id === id);
  bob.offers.reject();
  const declined = await amy.events.wait("error", (one) => one.id === id);
  assert.equal(declined.text, "a.bin to bob: The offer was declined");
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

Deno.test("an offer whose list finds no room is refused, and its sender hears why", async () => {
  await using folder = await tempDir();
  await using world = new World(folder.path, {}, new ListBudget(1_000));
  const { amy, bob } = world;
  const many = join(folder.path, "many");
  await Deno.mkdir(many);
  for (let i = 0; i < 10; i++) await Deno.writeTextFile(join(many, `${i}`), "");
  const { id } = await amy.files.send("bob", [many]);
  const error = await amy.events.wait("error", (one) => one.id === id);
  assert.deepEqual([error.code, error.text], [
    "offer-declined",
    "many/ to bob: The offer was declined: too many files wait for an answer",
  ]);
  assert.deepEqual(bob.events.all, []);
  const { path } = await world.file("a.bin", 10);
  await amy.files.send("bob", [path]);
  await bob.events.wait("offer");
});
