import assert from "node:assert/strict";
import { join } from "node:path";
import { startServer, tempDir } from "../helpers/mod.ts";
import { kill, LARGE_BYTES, LARGE_WAIT_MS, makeLarge, openPair, signIn } from "./files_pair.ts";

Deno.test("a transfer whose receiver is killed goes on when they are back", async () => {
  await using server = await startServer();
  await using folder = await tempDir();
  await using pair = await openPair(server, folder.path, ["amy", "bob"]);
  const { sender, receiver, homes, downloads } = pair;
  const path = join(folder.path, "large.bin");
  await makeLarge(path);
  await sender.say(`/file bob ${path}`);
  const { id } = await receiver.event("offer");
  await receiver.say("/accept");
  await receiver.event("progress");
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

Deno.test("a transfer whose sender is killed goes on when it is offered again", async () => {
  await using server = await startServer();
  await using folder = await tempDir();
  await using pair = await openPair(server, folder.path, ["amy", "bob"]);
  const { sender, receiver, homes, downloads } = pair;
  const path = join(folder.path, "large.bin");
  await makeLarge(path);
  await sender.say(`/file bob ${path}`);
  await receiver.event("offer");
  await receiver.say("/accept");
  await receiver.event("progress");
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
