import assert from "node:assert/strict";
import net from "node:net";
import { tempDir } from "../../helpers/mod.ts";
import { PASSWORD, serving } from "./serving.ts";

Deno.test("stop() tells everybody why, after all that was said before", async () => {
  await using folder = await tempDir();
  const database = `${folder.path}/chat.sqlite`;
  const chat = await serving({ database });
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const stranger = await chat.connect();
  stranger.say("CAP LS");
  await stranger.expect(/ LS /);
  amy.say("PRIVMSG #lobby :last words");
  await amy.sync();
  const closing = Promise.all([amy.untilClosed(), stranger.untilClosed()]);
  await chat.server.stop("Server is shutting down");
  const [told, strangerTold] = await closing;
  assert.equal(told.at(-1), "ERROR :Closing Link: Server is shutting down");
  assert.equal(strangerTold.at(-1), "ERROR :Closing Link: Server is shutting down");
  await chat[Symbol.asyncDispose]();
  await using again = await serving({ database });
  const [row] = again.store.history.query({ name: "#lobby", life: 1 }, {
    kind: "latest",
    limit: 1,
  });
  assert.equal(row?.text, "last words");
});

Deno.test("stop() does not wait for those who don't read, don't speak or hang in the handshake", async () => {
  await using chat = await serving();
  const deaf = await chat.enter("deaf");
  deaf.pause();
  const silent = await chat.connect();
  const half = net.connect(chat.port, "127.0.0.1");
  half.on("error", () => {});
  await chat.until(() => chat.server.context.slots.used === 3);
  await chat.server.stop("Server is shutting down", 1_000);
  half.destroy();
  assert(!silent.transcript.includes("Welcome"));
});

Deno.test("stop() may be called twice, and no connection is accepted meanwhile", async () => {
  await using chat = await serving();
  const client = await chat.enter("amy");
  client.pause();
  const stopping = chat.server.stop("Bye", 500);
  await assert.rejects(
    chat.connect().then(async (late) => {
      late.say("NICK late", "USER x 0 * :x");
      await late.expect(/ 001 /);
    }),
  );
  await stopping;
  await chat.server.stop("Bye");
});
