import assert from "node:assert/strict";
import { listenDeno } from "../../../core/net/deno_listener.ts";
import { eventually } from "../../helpers/eventually.ts";
import { connectTls, host, Log, pair, Reader } from "./listening.ts";

Deno.test("deno: connections that stay silent in their handshake take no more descriptors than are to spare", async () => {
  const log = new Log();
  log.refuse = true;
  const troubles: (string | undefined)[] = [];
  await using listener = await listenDeno({
    ...{ hostname: host, port: 0, tls: pair, handshakeMs: 30_000, spare: 2, admit: log.admit },
    troubled: (trouble) => troubles.push(trouble),
  });
  const silent = await Promise.all(
    Array.from({ length: 5 }, () => Deno.connect({ hostname: host, port: listener.port })),
  );
  await log.heard(`asked ${host}`, 2);
  await eventually(() => listener.trouble !== undefined, "in trouble");
  assert.match(listener.trouble ?? "", /^port \d+ cannot accept: .* silent in their handshake$/);
  assert.equal(log.events.length, 2);
  for (const conn of silent) conn.close();
  await log.heard(`asked ${host}`, 5);
  await eventually(() => listener.trouble === undefined, "out of trouble");
  log.refuse = false;
  const client = await connectTls(listener.port);
  await log.heard("opened");
  log.connections[0]?.open(new Reader());
  client.destroy();
  await log.heard("released");
  assert.equal(troubles.at(-1), undefined);
});

Deno.test("deno: a listener with silent connections can be disposed", async () => {
  const log = new Log();
  log.refuse = true;
  const listener = await listenDeno({
    ...{ hostname: host, port: 0, tls: pair, handshakeMs: 30_000, spare: 1, admit: log.admit },
  });
  using _silent = await Deno.connect({ hostname: host, port: listener.port });
  await eventually(() => listener.trouble !== undefined, "in trouble");
  await listener[Symbol.asyncDispose]();
});
