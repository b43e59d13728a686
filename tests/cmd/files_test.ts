import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256, someBytes, treeOf } from "../core/peer/files/helpers.ts";
import { eventually } from "../helpers/eventually.ts";
import { type ChatEvent, register, startClient, startServer, tempDir } from "../helpers/mod.ts";
import {
  foreign,
  LARGE_BYTES,
  LARGE_WAIT_MS,
  makeLarge,
  openPair,
  own,
  PASSWORD,
  withId,
} from "./files_pair.ts";

Deno.test("files go from client to client", async (t) => {
  await using server = await startServer();
  await using folder = await tempDir();
  await using pair = await openPair(server, folder.path, ["amy", "bob"]);
  const { sender: amy, receiver: bob, downloads } = pair;
  const path = (name: string) => join(folder.path, name);

  await t.step("a file, its name in quotes, as both sides tell of it", async () => {
    const content = someBytes(300_000);
    await Deno.writeFile(path("my notes.bin"), content);
    await amy.say(`/file bob "${path("my notes.bin")}"`);
    const [offered, offer] = [await amy.event("offer", own), await bob.event("offer")];
    assert.deepEqual(
      ["id", "from", "to", "kind", "names", "bytes", "files"].map((key) => offer[key]),
      [offered["id"], "amy", "bob", "file", ["my notes.bin"], 300_000, 1],
    );
    await bob.say(`/accept ${offer["number"]}`);
    const received = await bob.event("received");
    const sent = await amy.event("sent");
    for (const event of [received, sent]) {
      assert.deepEqual(
        [event["id"], event["bytes"], event["total"], event["sha256"]],
        [offer["id"], 300_000, 300_000, sha256(content)],
      );
    }
    assert.equal(received["path"], join(downloads, "my notes.bin"));
    assert.equal(sent["path"], path("my notes.bin"));
    assert.deepEqual(await Deno.readFile(join(downloads, "my notes.bin")), content);
    for (const chat of [amy, bob]) {
      const whole = ({ id, bytes }: ChatEvent) => id === offer["id"] && bytes === 300_000;
      assert.equal((await chat.event("progress", whole))["total"], 300_000);
    }
  });

  await t.step("the same again never overwrites it", async () => {
    await amy.say(`/send bob ${path("my notes.bin").replaceAll(" ", "\\ ")}`);
    await bob.event("offer");
    await bob.say("/accept");
    const received = await bob.event("received");
    assert.equal(received["path"], join(downloads, "my notes (1).bin"));
    await amy.event("sent");
  });

  await t.step("a folder with all that is in it, and where it should go", async () => {
    await Deno.mkdir(path("photos/of the sea/nobody"), { recursive: true });
    await Deno.writeTextFile(path("photos/index.txt"), "one");
    await Deno.writeTextFile(path("photos/empty"), "");
    for (let i = 0; i < 50; i++) {
      await Deno.writeFile(path(`photos/of the sea/${i}.jpg`), someBytes(1_000 + i, i + 1));
    }
    await amy.say(`/file bob ${path("photos")}`);
    const offer = await bob.event("offer");
    assert.deepEqual([offer["names"], offer["files"]], [["photos/"], 52]);
    await bob.say(`/accept ${offer["number"]} into ${path("an album")}`); // quoted or not
    const received = await bob.event("received");
    assert.equal(received["path"], path("an album/photos"));
    assert.equal(received["files"], 52);
    assert.deepEqual(treeOf(path("an album/photos")), treeOf(path("photos")));
    await amy.event("sent");
  });

  await t.step("an empty file", async () => {
    await Deno.writeTextFile(path("empty.txt"), "");
    await amy.say(`/file bob ${path("empty.txt")}`);
    await bob.event("offer");
    await bob.say("/accept");
    const received = await bob.event("received");
    assert.deepEqual([received["bytes"], received["sha256"]], [0, sha256(new Uint8Array())]);
    assert.equal((await Deno.stat(join(downloads, "empty.txt"))).size, 0);
    await amy.event("sent");
  });

  await t.step("no to one of two offers, and back with the other", async () => {
    for (const name of ["empty.txt", "my notes.bin"]) {
      await amy.say(`/file bob "${path(name)}"`);
    }
    const [first, second] = [await bob.event("offer"), await bob.event("offer")];
    await bob.say(`/reject ${first["number"]}`);
    const declined = await amy.event("error");
    assert.deepEqual([declined["code"], declined["id"]], ["offer-declined", first["id"]]);
    assert.equal((await bob.event("error"))["id"], first["id"]);
    await amy.say("/cancel");
    const withdrawn = await bob.event("error");
    assert.deepEqual([withdrawn["code"], withdrawn["id"]], ["transfer-cancelled", second["id"]]);
    assert.equal((await amy.event("error"))["id"], second["id"]);
    await bob.say("/accept");
    assert.equal((await bob.event("error"))["code"], "no-such-offer");
  });

  await t.step(
    "/cancel in the middle, on either side, and what came stays for another time",
    async () => {
      await makeLarge(path("large.bin"));
      const map = join(downloads, "large.bin.part.map");
      const hasChunk = () => existsSync(map) && Deno.readTextFileSync(map).includes(`"check"`);
      for (const chat of [amy, bob]) {
        await amy.say(`/file bob ${path("large.bin")}`);
        const { id } = await bob.event("offer");
        await bob.say("/accept");
        await chat.event("progress", withId(id));
        await eventually(hasChunk, "less than a verified chunk is not kept");
        await chat.say("/cancel");
        for (const side of [amy, bob]) {
          const error = await side.event("error");
          assert.deepEqual([error["code"], error["id"]], ["transfer-cancelled", id]);
        }
        const left = [...Deno.readDirSync(downloads)].map(({ name }) => name);
        assert.ok(left.some((name) => name.startsWith("large.bin.part")), left.join());
        assert.ok(!left.includes("large.bin"));
      }
      await amy.say(`/file bob ${path("large.bin")}`);
      await bob.event("offer");
      await bob.say("/accept");
      const received = await bob.event("received", undefined, LARGE_WAIT_MS);
      assert.equal(received["path"], join(downloads, "large.bin"));
      await amy.event("sent");
      const left = [...Deno.readDirSync(downloads)].map(({ name }) => name);
      assert.ok(!left.some((name) => name.includes(".part")), left.join());
      await Deno.remove(join(downloads, "large.bin"));
    },
  );

  await t.step("several at once, in both directions, while the talk goes on", async () => {
    await Deno.copyFile(path("large.bin"), path("large too.bin"));
    await amy.say(`/file bob ${path("large.bin")}`);
    await amy.say(`/file bob ${path("my\\ notes.bin")} ${path("empty.txt")}`);
    await bob.say(`/file amy '${path("large too.bin")}' ${path("photos")}`);
    await amy.event("offer", foreign);
    await bob.event("offer", foreign);
    await bob.event("offer", foreign);
    await amy.say(`/accept into "${path("for amy")}"`);
    await bob.say("/accept");
    await bob.say("/accept");
    await bob.event("progress");
    await amy.say("is it there?");
    await bob.event("message", ({ text }) => text === "is it there?");
    await amy.say("/transfers");
    await amy.event("notice", ({ text }) => /under way/.test(String(text)));
    for (const chat of [amy, bob]) {
      const names = chat === amy ? ["sent", "sent", "received"] : ["received", "received", "sent"];
      for (const name of names) await chat.event(name, undefined, LARGE_WAIT_MS);
    }
    assert.equal((await Deno.stat(path("for amy/large too.bin"))).size, LARGE_BYTES);
    assert.deepEqual(treeOf(path("for amy/photos")), treeOf(path("photos")));
    await Deno.remove(path("for amy"), { recursive: true });
    await Deno.remove(join(downloads, "large.bin"));
  });

  await t.step("a name with an escape sequence is shown without it", async () => {
    const name = "red \x1b[31m\x9b2Jalert\x07.txt";
    await Deno.writeTextFile(path(name), "boo");
    await bob.say(`/file amy '${path(name)}'`);
    const offer = await amy.event("offer", foreign);
    assert.deepEqual(offer["names"], ["red \ufffd[31m\ufffd2Jalert\ufffd.txt"]);
    await amy.say(`/accept into "${path("for amy")}"`);
    assert.equal(
      basename(String((await amy.event("received"))["path"])),
      "red _[31m_2Jalert_.txt",
    );
    await bob.event("sent");
    // deno-lint-ignore no-control-regex -- that there is none is the point
    assert.doesNotMatch(amy.stdout.replaceAll("\n", ""), /[\x00-\x1f\x7f-\x9f]/);
  });

  await t.step("what makes no sense", async () => {
    const wrong = [
      ["/file", "usage"],
      ["/file bob", "usage"],
      ["/file bob 'not closed", "usage"],
      [`/file #lobby ${path("empty.txt")}`, "usage"],
      [`/file bob ${path("nothing")}`, "nothing-to-send"],
      ["/accept 99", "no-such-offer"],
      ["/accept into", "usage"],
      ["/accept inside", "usage"],
      ["/accept 1into x", "usage"],
      ["/accept into 'here' there", "usage"],
      ["/accept into 'not closed", "usage"],
      ["/reject one", "usage"],
      ["/cancel", "no-such-offer"],
    ] as const;
    for (const [line, code] of wrong) {
      await amy.say(line);
      assert.equal((await amy.event("error"))["code"], code, line);
    }
    await amy.say(`/file nobody ${path("empty.txt")}`);
    const error = await amy.event("error");
    assert.equal(error["code"], "no-such-user");
    assert.equal(error["text"], "empty.txt to nobody: nobody is not online"); // as of a message
    await amy.say("/msg nobody hello");
    assert.equal((await amy.event("error"))["text"], "nobody is not online");
    assert.equal((await amy.event("offer", withId(error["id"])))["to"], "nobody");
  });
});

Deno.test("--accept answers by itself, and the end of the input waits for what is under way", async () => {
  await using server = await startServer();
  await using folder = await tempDir();
  const downloads = join(folder.path, "deep/down");
  const always = ["--accept", "always", "--downloads", downloads];
  await using amy = await startClient(server);
  await using bob = await startClient(server, { flags: always });
  await using carl = await startClient(server, { flags: ["--accept", "never"], json: false });
  await register(amy, "amy", PASSWORD);
  await register(bob, "bob", PASSWORD);
  await carl.say("/register carl");
  await carl.saySecret(PASSWORD);
  await carl.line(/^You are in #lobby$/);
  const path = join(folder.path, "large.bin");
  await makeLarge(path);

  await amy.say(`/file carl ${path}`);
  await carl.line(/^\[1\] amy offers you: large\.bin, 400 MB\. \/accept 1 or \/reject 1$/);
  assert.equal((await amy.event("error"))["code"], "offer-declined");

  await amy.say(`/file bob ${path}`);
  await amy.endInput();
  assert.equal(await amy.exit(LARGE_WAIT_MS), 0);
  assert.match(amy.stdout, /"event":"sent"/);
  const received = await bob.event("received");
  assert.equal(received["path"], join(downloads, "large.bin"));
});
