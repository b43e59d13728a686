import assert from "node:assert/strict";
import { basename } from "node:path";
import { isRunning } from "../core/peer/streams/helpers.ts";
import { eventually } from "../helpers/eventually.ts";
import { startServer, tempDir } from "../helpers/mod.ts";
import { makeTone } from "../helpers/sound.ts";
import { checkTone, LIVE, offered, person, state, toolsOf } from "./media_people.ts";

Deno.test("chat connect: a file is heard to its end after the end of the input, a live source is stopped", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path, { flags: ["--accept", "always"] });
  await amy.chat.event("joined", ({ user }) => user === "bob");
  const path = await makeTone(`${dir.path}/song.wav`, 2);
  await amy.chat.say(`/audio #lobby ${path}`);
  await amy.chat.say(`/audio bob ${LIVE(660)}`);
  const live = await state(bob, "started", (await offered(bob), (await offered(bob))["id"]));
  await amy.chat.endInput();
  assert.equal((await state(amy, "ended", live["id"]))["end"], "stopped");
  const done = await amy.chat.event("stream", ({ end }) => end === "done");
  assert.equal(done["to"], "#lobby");
  assert.equal(await amy.chat.exit(), 0);
  const received = await bob.chat.event("received", (event) => event["id"] !== live["id"]);
  await checkTone(received, { ms: 2_000, hertz: 440, dropped: Number(done["dropped"]) });
});

Deno.test("chat connect: a client without ffmpeg says so; it still keeps what others send", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path, { env: { PATH: `${dir.path}/empty` } });
  await bob.chat.say(`/audio amy ${LIVE(440)}`);
  const error = await bob.chat.event("error");
  assert.equal(error["code"], "no-ffmpeg");
  assert.match(String(error["text"]), /ffmpeg/);
  await bob.chat.say("/devices");
  await bob.chat.event("error", ({ code }) => code === "no-ffmpeg");
  await amy.chat.say(`/audio bob ${await makeTone(`${dir.path}/song.wav`, 1)}`);
  await offered(bob);
  await bob.chat.say("/accept");
  await checkTone(await bob.chat.event("received"), { ms: 1_000, hertz: 440 });
  await bob.chat.say("/msg amy all is well");
  await amy.chat.event("private");
});

Deno.test("chat connect: an ffmpeg that is killed in the middle ends its stream, in words", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await person(server, "amy", dir.path);
  await using bob = await person(server, "bob", dir.path);
  await amy.chat.say(`/audio bob ${LIVE(440)}`);
  const { id } = await offered(bob);
  await bob.chat.say("/accept");
  await state(bob, "stats", id);
  const [encoder] = toolsOf(amy.chat);
  Deno.kill(encoder!, "SIGKILL");
  const error = await amy.chat.event("error", (event) => event["id"] === id);
  assert.equal(error["code"], "ffmpeg-failed");
  assert.equal((await state(amy, "ended", id))["end"], "failed");
  const ended = await state(bob, "ended", id);
  assert.deepEqual([ended["end"], ended["reason"]], ["failed", "it failed on the side of amy"]);
  assert.equal(basename(String(ended["path"])), "sine.ogg", "what came is kept");
  await amy.chat.say("/msg bob still here");
  await bob.chat.event("private");
});

Deno.test("chat connect: no process outlives a client that is killed with -9, on either side", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  for (const victim of ["amy", "bob"] as const) {
    await using amy = await person(server, `amy_${victim}`, dir.path);
    await using bob = await person(server, `bob_${victim}`, dir.path);
    await amy.chat.say(`/audio ${bob.name} ${LIVE(440)}`);
    const { id } = await offered(bob);
    await bob.chat.say("/accept");
    await state(bob, "stats", id);
    const tools = [...toolsOf(amy.chat), ...toolsOf(bob.chat)];
    assert.equal(tools.length, 1);
    const [killed, other] = victim === "amy" ? [amy, bob] : [bob, amy];
    killed.chat.kill("SIGKILL");
    await eventually(() => !tools.some(isRunning), "no ffmpeg is left");
    assert.equal((await state(other, "ended", id))["end"], "lost");
    assert.deepEqual(toolsOf(other.chat), []);
  }
});
