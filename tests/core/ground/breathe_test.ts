import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { breathe } from "../../../core/ground/breathe.ts";

Deno.test("breathe() serves sockets during work that never pauses by itself", async () => {
  const server = net.createServer((socket) => socket.on("data", (bytes) => socket.write(bytes)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const client = net.connect(port, "127.0.0.1");
  await once(client, "connect");
  client.setNoDelay(true);
  let isOver = false;
  const work = (async () => {
    while (!isOver) {
      for (const until = performance.now() + 2; performance.now() < until;);
      await breathe();
    }
  })();
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    const before = performance.now();
    client.write(".");
    await once(client, "data");
    times.push(performance.now() - before);
  }
  isOver = true;
  await work;
  client.destroy();
  await once(client, "close");
  server.close();
  await once(server, "close");
  times.sort((a, b) => a - b);
  // Each of the two ends waits for a turn: two slices of work, and the time for what follows them.
  assert(times[25]! < 60, `an echo took ${times[25]} ms while the loop worked`);
});
