import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256, someBytes } from "../core/peer/files/helpers.ts";
import { type RunningChat, startServer, tempDir } from "../helpers/mod.ts";
import { makeTone } from "../helpers/sound.ts";
import { foreign, openPair, withId } from "./files_pair.ts";

/** The offer that comes next, accepted and received. */
async function take(chat: RunningChat) {
  const { id, number } = await chat.event("offer", foreign);
  await chat.say(`/accept ${number}`);
  return await chat.event("received", withId(id));
}

Deno.test("two who talk directly need no server for files, sound and answers", async (t) => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using pair = await openPair(server, dir.path, ["amy", "bob"]);
  const { sender: amy, receiver: bob } = pair;
  const content = someBytes(3_000_000);
  const path = join(dir.path, "data.bin");
  await Deno.writeFile(path, content);
  await amy.say("/msg bob hello");
  await amy.event("delivered", ({ direct }) => direct === true);

  const sends = async () => {
    await amy.say(`/file bob ${path}`);
    const received = await take(bob);
    assert.equal(received["sha256"], sha256(content));
    await amy.event("sent");
  };
  await t.step("a file, while the server stands still", async () => {
    server.chat.kill("SIGSTOP");
    await sends();
  });
  await t.step("a file the other way, and a no", async () => {
    await bob.say(`/file amy ${path}`);
    const received = await take(amy);
    assert.equal(received["sha256"], sha256(content));
    await bob.say(`/file amy ${path}`);
    await amy.event("offer", foreign);
    await amy.say("/reject");
    await bob.event("error", ({ code }) => code === "offer-declined");
  });
  await t.step("sound, when the server has died", async () => {
    server.chat.kill("SIGKILL");
    await amy.event("error", ({ code }) => code === "disconnected");
    await amy.say(`/audio bob ${await makeTone(join(dir.path, "tone.wav"), 1)}`);
    await take(bob);
  });
  await t.step("a file, when the server has died", sends);
});
