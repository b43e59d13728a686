import assert from "node:assert/strict";
import { join } from "node:path";
import { startServer, tempDir } from "../helpers/mod.ts";
import { kill, LARGE_BYTES, LARGE_WAIT_MS, makeLarge, openPair, signIn } from "./files_pair.ts";

/** A large file in the middle of its way from amy to bob. */
async function beginTransfer() {
  await using undo = new AsyncDisposableStack();
  const server = undo.use(await startServer());
  const folder = undo.use(await tempDir());
  const pair = undo.use(await openPair(server, folder.path, ["amy", "bob"]));
  const path = join(folder.path, "large.bin");
  await makeLarge(path);
  await pair.sender.say(`/file bob ${path}`);
  const { id } = await pair.receiver.event("offer");
  await pair.receiver.say("/accept");
  await pair.receiver.event("progress");
  const owned = undo.move();
  return { ...pair, server, path, id, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("a transfer whose receiver is killed continues when they are back", async () => {
  await using transfer = await beginTransfer();
  const { server, sender, receiver, homes, downloads, id } = transfer;
  await kill(receiver);
  await sender.event("notice", ({ text }) => /trying again/.test(String(text)));

  await using back = await signIn(server, "bob", homes[1], "--downloads", downloads);
  const offer = await back.event("offer", undefined, LARGE_WAIT_MS); // by itself, under the same id
  assert.equal(offer["id"], id);
  await back.say("/accept");
  const received = await back.event("received", undefined, LARGE_WAIT_MS);
  assert.deepEqual([received["path"], received["bytes"]], [
    join(downloads, "large.bin"),
    LARGE_BYTES,
  ]);
  assert.equal((await sender.event("sent"))["id"], id);
});

Deno.test("a transfer whose sender is killed continues when it is offered again", async () => {
  await using transfer = await beginTransfer();
  const { server, sender, receiver, homes, downloads, path } = transfer;
  await kill(sender);
  await receiver.event("notice", ({ text }) => /waiting for its sender/.test(String(text)));

  await using back = await signIn(server, "amy", homes[0]);
  await back.say(`/file bob ${path}`);
  const offer = await receiver.event("offer");
  await receiver.say("/accept");
  const received = await receiver.event("received", undefined, LARGE_WAIT_MS);
  assert.deepEqual(
    [received["id"], received["path"]],
    [offer["id"], join(downloads, "large.bin")],
  );
  assert.equal((await Deno.stat(join(downloads, "large.bin"))).size, LARGE_BYTES);
  await back.event("sent");
});
