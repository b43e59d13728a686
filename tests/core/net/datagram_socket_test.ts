import assert from "node:assert/strict";
import { type DatagramSocket, openDatagramSocket } from "../../../core/net/datagram_socket.ts";
import { within } from "../../helpers/deadline.ts";

const HOST = "127.0.0.1";

/** A socket that keeps what it receives, up to a number. */
function collector(count: number) {
  const texts: string[] = [];
  const all = Promise.withResolvers<readonly string[]>();
  const socket = openDatagramSocket({
    hostname: HOST,
    port: 0,
    received(bytes) {
      texts.push(new TextDecoder().decode(bytes));
      if (texts.length === count) all.resolve(texts);
    },
    failed: all.reject,
  });
  return { socket, texts: within(all.promise, 30_000, () => `Only ${texts.length} came`) };
}

function sender(failed: (reason: string) => void = () => {}): DatagramSocket {
  return openDatagramSocket({ hostname: HOST, port: 0, received: () => {}, failed });
}

Deno.test("a datagram socket sends in order what it is given at once, and all of it before it closes", async () => {
  const { socket, texts } = collector(100);
  await using _receiver = socket;
  const from = sender();
  const wanted = Array.from({ length: 100 }, (_, n) => `${n} ${"x".repeat(n * 5)}`);
  for (const text of wanted) {
    from.send(new TextEncoder().encode(text), { address: HOST, port: socket.port });
  }
  await from[Symbol.asyncDispose]();
  assert.deepEqual(await texts, wanted);
});

Deno.test("a datagram socket says who sent, and answers there", async () => {
  const { socket: caller, texts } = collector(1);
  await using _caller = caller;
  await using echo = openDatagramSocket({
    hostname: HOST,
    port: 0,
    received(bytes, from) {
      assert.deepEqual(from, { address: HOST, port: caller.port });
      echo.send(bytes.slice(), from);
    },
    failed: assert.fail,
  });
  caller.send(new TextEncoder().encode("hello"), { address: HOST, port: echo.port });
  assert.deepEqual(await texts, ["hello"]);
});

Deno.test("a datagram that cannot be sent is reported, and the next one is sent", async () => {
  const { socket, texts } = collector(1);
  await using _receiver = socket;
  const failures: string[] = [];
  await using from = sender((reason) => failures.push(reason));
  const to = { address: HOST, port: socket.port };
  from.send(new Uint8Array(70_000), to);
  from.send(new TextEncoder().encode("small"), to);
  assert.deepEqual(await texts, ["small"]);
  assert.equal(failures.length, 1);
});

Deno.test("a datagram socket says so when its port is taken", async () => {
  await using first = sender();
  assert.throws(
    () => openDatagramSocket({ hostname: HOST, port: first.port, received() {}, failed() {} }),
    { code: "EADDRINUSE" },
  );
});

Deno.test("a datagram socket may be closed twice, and sends nothing then", async () => {
  const from = sender(assert.fail);
  await from[Symbol.asyncDispose]();
  await from[Symbol.asyncDispose]();
  from.send(new Uint8Array(1), { address: HOST, port: 9 });
});
