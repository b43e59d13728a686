import assert from "node:assert/strict";
import { join } from "node:path";
import { keepWatchdog, notifyService, serviceManager } from "../../../cmd/service/notify.ts";
import { tempDir } from "../../helpers/mod.ts";

function listen(path: string) {
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  return {
    next: async () => new TextDecoder().decode((await socket.receive())[0]),
    [Symbol.dispose]: () => socket.close(),
  };
}

Deno.test("notifyService() tells a socket in the file system", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "notify");
  using manager = listen(path);
  assert.equal(await notifyService({ socket: path }, "ready", "20 slots\nfree"), true);
  assert.equal(await manager.next(), "READY=1\nSTATUS=20 slots free");
});

Deno.test("notifyService() tells an abstract socket", async () => {
  const name = `chat-test-${crypto.randomUUID()}`;
  using manager = listen(`\0${name}`);
  assert.equal(await notifyService({ socket: `@${name}` }, "stopping"), true);
  assert.equal(await manager.next(), "STOPPING=1");
});

Deno.test("notifyService() reports a missing socket, and one without a listener", async () => {
  assert.equal(await notifyService({ socket: undefined }, "ready"), false);
  await assert.rejects(notifyService({ socket: "@chat-test-nobody" }, "ready"));
});

Deno.test("keepWatchdog() gives signs of life until disposed", async () => {
  const name = `chat-test-${crypto.randomUUID()}`;
  using manager = listen(`\0${name}`);
  using _watchdog = keepWatchdog({ socket: `@${name}`, watchdogMs: 2 }, assert.ifError);
  assert.equal(await manager.next(), "WATCHDOG=1");
  assert.equal(await manager.next(), "WATCHDOG=1");
});

Deno.test("serviceManager() reads no more than it can use", () => {
  const none = { socket: undefined, watchdogMs: undefined };
  assert.deepEqual(serviceManager(new Map(), 7), none);
  assert.deepEqual(
    serviceManager(new Map([["NOTIFY_SOCKET", "x"], ["WATCHDOG_USEC", "y"]]), 7),
    none,
  );
});
