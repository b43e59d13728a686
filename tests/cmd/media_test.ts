import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { eventually } from "../helpers/eventually.ts";
import { startServer, tempDir } from "../helpers/mod.ts";
import { ffmpeg, makeTone, measureTone } from "../helpers/sound.ts";
import { checkPitch, checkTone, LIVE, offered, person, state, toolsOf } from "./media_people.ts";

Deno.test("chat connect: sound and picture", async (t) => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path);

  await t.step("a file that is sent is received whole", async () => {
    const path = await makeTone(`${dir.path}/my song.wav`, 2);
    await amy.chat.say(`/audio bob ${path}`);
    const ours = await amy.chat.event("offer");
    const theirs = await offered(bob);
    assert.deepEqual(
      [theirs["id"], theirs["from"], theirs["to"], theirs["kind"], theirs["names"]],
      [ours["id"], "amy", "bob", "audio", ["my song.wav"]],
    );
    await bob.chat.say(`/accept ${theirs["number"]}`);
    await state(amy, "started", ours["id"]);
    const started = await state(bob, "started", ours["id"]);
    assert.deepEqual([started["codec"], started["from"], started["to"]], ["opus", "amy", "bob"]);
    const received = await bob.chat.event("received");
    assert.equal(received["id"], ours["id"]);
    assert.equal(received["path"], `${bob.folder}/my song.ogg`);
    const bytes = await Deno.readFile(String(received["path"]));
    assert.equal(received["sha256"], createHash("sha256").update(bytes).digest("hex"));
    assert.equal(received["bytes"], bytes.length);
    await checkTone(received, { ms: 2_000, hertz: 440 });
    for (const one of [amy, bob]) {
      const ended = await state(one, "ended", ours["id"]);
      assert.deepEqual([ended["end"], ended["lost"], ended["late"]], ["done", 0, 0]);
    }
  });

  await t.step("a live source is reported every second, and its receiver can stop it", async () => {
    await amy.chat.say(`/audio bob --save ${LIVE(660)}`);
    const { id } = await offered(bob);
    await bob.chat.say("/accept");
    const stats = await bob.chat.event(
      "stream",
      (event) =>
        event["state"] === "stats" && Number(event["seconds"]) >= 2 &&
        Number(event["latencyMs"]) < 1_000 && Number(event["bitsPerSecond"]) > 10_000,
    );
    assert.equal(stats["codec"], "opus");
    await amy.chat.event(
      "stream",
      (event) => event["state"] === "stats" && Number(event["latencyMs"]) > 0,
    );
    await bob.chat.say("/stop");
    const received = await bob.chat.event("received", (event) => event["id"] === id);
    checkPitch((await measureTone(String(received["path"]))).hertz, 660);
    assert.equal((await state(bob, "ended", id))["reason"], "stopped");
    const ended = await state(amy, "ended", id);
    assert.equal(ended["reason"], "stopped by bob");
    assert.equal(dirname(String(ended["path"])), amy.folder, "amy has kept what she sent");
    checkPitch((await measureTone(String(ended["path"]))).hertz, 660);
    assert.deepEqual([...toolsOf(amy.chat), ...toolsOf(bob.chat)], []);
  });

  await t.step("its sender can stop it as well, or withdraw it", async () => {
    await amy.chat.say(`/audio bob ${LIVE(440)}`);
    const first = await offered(bob);
    await bob.chat.say("/accept");
    await state(bob, "started", first["id"]);
    await eventually(() => toolsOf(amy.chat).length === 1, "one encoder runs");
    await amy.chat.say("/stop");
    const ended = await state(bob, "ended", first["id"]);
    assert.deepEqual([ended["end"], ended["reason"]], ["stopped", "stopped by amy"]);
    await state(amy, "ended", first["id"]);
    assert.deepEqual(toolsOf(amy.chat), []);

    await amy.chat.say(`/audio bob ${LIVE(440)}`);
    const second = await offered(bob);
    await amy.chat.say("/cancel");
    assert.equal((await state(bob, "ended", second["id"]))["end"], "withdrawn");
    await bob.chat.say(`/accept ${second["number"]}`);
    await bob.chat.event("error", ({ code }) => code === "no-such-offer");
  });

  await t.step("no is an answer", async () => {
    await amy.chat.say(`/audio bob ${LIVE(440)}`);
    const { id } = await offered(bob);
    await bob.chat.say("/reject");
    assert.equal((await state(bob, "ended", id))["end"], "rejected");
    const error = await amy.chat.event("error", (event) => event["id"] === id);
    assert.equal(error["code"], "offer-declined");
    const ended = await state(amy, "ended", id);
    assert.deepEqual([ended["end"], ended["reason"]], ["rejected", "rejected by bob"]);
  });

  await t.step("either side holds a stream and lets it go on", async () => {
    const path = await makeTone(`${dir.path}/long.wav`, 60, 550);
    await amy.chat.say(`/audio #lobby ${path}`); // paced: a file alone would be there at once
    const { id } = await offered(bob);
    await bob.chat.say("/accept");
    await state(bob, "started", id);
    await amy.chat.say("/pause");
    assert.equal((await state(bob, "paused", id))["reason"], "held by amy");
    await amy.chat.say("/resume");
    await state(bob, "resumed", id);
    await bob.chat.say("/pause");
    assert.equal((await state(bob, "paused", id))["reason"], "held by bob");
    await bob.chat.say("/resume");
    await state(bob, "resumed", id);
    await bob.chat.say("/stop");
    assert.equal((await state(bob, "ended", id))["end"], "stopped");
    await state(amy, "ended", id);
  });

  await t.step("a picture is sent with its sound", async () => {
    const path = `${dir.path}/film.mkv`;
    await ffmpeg(
      ...["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1"],
      ...["-f", "lavfi", "-i", "sine=frequency=440:duration=1", path],
    );
    await amy.chat.say(`/video bob ${path}`);
    const { kind, id } = await offered(bob);
    assert.equal(kind, "video");
    await bob.chat.say(`/accept into ${dir.path}/films`);
    const received = await bob.chat.event("received", (event) => event["id"] === id);
    assert.equal(received["path"], `${dir.path}/films/film.webm`);
    await checkTone(received, { ms: 1_000, hertz: 440 });
    assert.equal((await state(amy, "ended", id))["codec"], "vp8+opus");
  });

  await t.step("what cannot be sent is refused in words, and the chat goes on", async () => {
    const wrong: readonly [line: string, code: string, text: RegExp][] = [
      ["/audio bob /nowhere/song.mp3", "refused-source", /there is no such file/],
      ["/audio bob ffmpeg:sine", "bad-source", /no -i/],
      ["/audio bob", "usage", /\/audio NAME \[--save\] SOURCE/],
      ["/audio nobody ffmpeg:-f lavfi -i sine", "no-such-user", /nobody/],
      ["/audio #nowhere ffmpeg:-f lavfi -i sine", "not-in-room", /not in #nowhere/],
      ["/audio amy ffmpeg:-f lavfi -i sine", "not-delivered", /oneself/],
      ["/pause", "no-such-stream", /no such stream/],
      ["/volume 900", "usage", /\/volume PERCENT/],
      ["/volume 50", "no-such-stream", /no such stream/],
      ["/call #lobby", "bad-name", /one person/],
    ];
    for (const [line, code, text] of wrong) {
      await amy.chat.say(line);
      const error = await amy.chat.event("error");
      assert.equal(error["code"], code, line);
      assert.match(String(error["text"]), text);
    }
    // This one fails when it is opened, with ffmpeg's last message.
    await amy.chat.say("/audio bob ffmpeg:-f lavfi -i nonsense=1");
    const { id } = await offered(bob);
    await bob.chat.say("/accept");
    const error = await amy.chat.event("error", (event) => event["id"] === id);
    assert.equal(error["code"], "refused-source");
    assert.match(String(error["text"]), /ffmpeg cannot play nonsense: .*nonsense/);
    assert.equal((await state(amy, "ended", id))["end"], "failed");
    await state(bob, "ended", id);
    await amy.chat.say("/msg bob still here");
    assert.equal((await bob.chat.event("private"))["direct"], true);
  });
});

Deno.test("chat connect: a room shares one encoder, and late receivers join in the middle", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path);
  await using carl = await person(server, "carl", dir.path);
  await amy.chat.event("joined", ({ user }) => user === "carl");
  const path = await makeTone(`${dir.path}/song.wav`, 8);
  await amy.chat.say(`/audio #lobby ${path}`);
  const first = await offered(bob);
  const second = await offered(carl);
  assert.deepEqual([first["id"], first["from"]], [second["id"], "amy"]);
  for (const [offer, to] of [[first, "bob"], [second, "carl"]] as const) {
    assert.deepEqual([offer["to"], offer["room"]], [to, "#lobby"]);
  }
  await bob.chat.say("/accept");
  await state(bob, "stats", first["id"]);
  await carl.chat.say("/accept");
  await state(carl, "stats", first["id"]);
  assert.equal(toolsOf(amy.chat).length, 1, "one encoder for both");
  const both = await amy.chat.event("stream", (event) => event["receivers"] === 2);
  assert.equal(both["to"], "#lobby");
  const ended = await state(amy, "ended", first["id"]);
  assert.equal(ended["end"], "done");
  const whole = await bob.chat.event("received");
  await checkTone(whole, { ms: 8_000, hertz: 440, dropped: Number(ended["dropped"]) });
  const rest = await measureTone(String((await carl.chat.event("received"))["path"]));
  assert.ok(rest.ms > 500 && rest.ms < 7_500, `${rest.ms} ms`);
  checkPitch(rest.hertz, 440);
});

Deno.test("chat connect: a call is heard on both sides, and asks before it opens a microphone", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path, { flags: ["--accept", "always"] });
  await amy.chat.say(`/call bob ${LIVE(440)}`);
  const call = await offered(bob);
  assert.equal(call["call"], "offer");
  await bob.chat.say(`/call amy ${LIVE(660)}`);
  const answer = await offered(amy);
  assert.deepEqual([answer["call"], answer["from"]], ["answer", "bob"]);
  await state(amy, "stats", answer["id"]);
  await state(bob, "stats", call["id"]);
  await state(bob, "stats", call["id"]);
  await amy.chat.say(`/stop ${answer["number"]}`);
  for (const [one, hertz] of [[amy, 660], [bob, 440]] as const) {
    const received = await one.chat.event("received");
    const found = await measureTone(String(received["path"]));
    checkPitch(found.hertz, hertz);
    for (const id of [call["id"], answer["id"]]) {
      assert.equal((await state(one, "ended", id))["end"], "stopped");
    }
  }
  assert.deepEqual([...toolsOf(amy.chat), ...toolsOf(bob.chat)], []);

  // Without a microphone one still listens.
  await amy.chat.say(`/call bob ${LIVE(440)}`);
  const again = await offered(bob);
  await bob.chat.say("/accept");
  assert.equal((await bob.chat.event("error"))["code"], "no-device");
  await state(bob, "stats", again["id"]);
  await bob.chat.say("/stop");
  assert.equal((await state(amy, "ended", again["id"]))["reason"], "stopped by bob");
});
