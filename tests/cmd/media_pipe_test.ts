import assert from "node:assert/strict";
import { eventually } from "../helpers/eventually.ts";
import { register, type RunningChat, startClient, startServer, tempDir } from "../helpers/mod.ts";
import { makePipe } from "../helpers/pipe.ts";
import { toolsOf } from "../helpers/processes.ts";
import { makeTone } from "../helpers/sound.ts";

const PASSWORD = "correct horse battery";
const foreign = (chat: RunningChat) => chat.event("offer", ({ own }) => own === false);
const state = (chat: RunningChat, wanted: string) =>
  chat.event("stream", (event) => event["state"] === wanted);

Deno.test("chat connect: a named pipe is a source that ffmpeg alone opens", async (t) => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await startClient(server, { home: `${dir.path}/amy` });
  await using bob = await startClient(server, {
    home: `${dir.path}/bob`,
    flags: ["--save-media", `${dir.path}/kept`],
  });
  await register(amy, "amy", PASSWORD);
  await register(bob, "bob", PASSWORD);

  await t.step("with a writer, all that it writes arrives", async () => {
    const pipe = await makePipe(`${dir.path}/song.wav`);
    const tone = await Deno.readFile(await makeTone(`${dir.path}/tone.wav`, 1));
    await amy.say(`/audio bob ${pipe}`);
    await foreign(bob);
    const writing = Deno.writeFile(pipe, tone, { create: false });
    await bob.say("/accept");
    await bob.event("received");
    await writing;
    assert.equal((await state(amy, "ended"))["end"], "done");
  });
  await t.step("without one it waits, the client goes on, and /cancel ends it", async () => {
    const pipe = await makePipe(`${dir.path}/nobody.wav`);
    await amy.say(`/audio bob ${pipe}`);
    await foreign(bob);
    await bob.say("/accept");
    await eventually(() => toolsOf(amy.child.pid).length === 1, "ffmpeg waits for a writer");
    await amy.say("/hello");
    await amy.event("notice", ({ text }) => String(text).startsWith("Hello from"));
    await amy.say("/cancel");
    await state(amy, "ended");
    assert.deepEqual(toolsOf(amy.child.pid), []);
  });
  await t.step("and the end of the client ends it too", async () => {
    await amy.say(`/audio bob ${dir.path}/nobody.wav`);
    await foreign(bob);
    await bob.say("/accept");
    await eventually(() => toolsOf(amy.child.pid).length === 1, "ffmpeg waits for a writer");
    await amy.endInput();
    assert.equal(await amy.exit(), 0);
  });
});
