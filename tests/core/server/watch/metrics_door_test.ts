import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Listener, ListenOptions } from "../../../../core/net/connection.ts";
import { listenNode } from "../../../../core/net/node_listener.ts";
import { serveMetrics } from "../../../../core/server/watch/metrics_door.ts";
import { serving } from "../serving.ts";

/** Sends bytes as they are, and gives what comes back until the connection is closed. */
async function send(port: number, request: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = Uint8Array.from(request, (char) => char.charCodeAt(0));
  let answer = "";
  try {
    await connection.write(bytes);
    await connection.closeWrite();
    const decoder = new TextDecoder();
    for await (const chunk of connection.readable) answer += decoder.decode(chunk);
  } catch {
    // It hung up while there was more to send.
  }
  return answer;
}

/** Notes what is printed, where nothing should be. */
function printed() {
  const lines: unknown[][] = [];
  const { error } = console;
  console.error = (...args) => void lines.push(args);
  return { lines, [Symbol.dispose]: () => void (console.error = error) };
}

Deno.test("the port for metrics answers bad requests and writes nothing to standard error", async (t) => {
  await using chat = await serving();
  await using metrics = await serveMetrics(chat.server, { hostname: "127.0.0.1", port: 0 });
  using output = printed();
  const close = "Connection: close\r\n\r\n";
  const cases: [string, string, RegExp][] = [
    ["a good one", `GET /healthz HTTP/1.1\r\nHost: a\r\n${close}`, / 200 [^]*\r\nok\n$/],
    ["an absolute path", `GET http://a/healthz HTTP/1.1\r\nHost: a\r\n${close}`, / 200 /],
    ["HEAD", `HEAD /healthz HTTP/1.1\r\nHost: a\r\n${close}`, / 200 [^]*\r\n\r\n$/],
    ["HTTP/1.0 without a host", "GET /healthz HTTP/1.0\r\n\r\n", / 200 /],
    ["half an address as host", `GET /healthz HTTP/1.1\r\nHost: [\r\n${close}`, / 400 /],
    ["a host with a space", `GET /healthz HTTP/1.1\r\nHost: a b\r\n${close}`, / 400 /],
    ["a port that is none", `GET /healthz HTTP/1.1\r\nHost: a:99999\r\n${close}`, / 400 /],
    ["a bad absolute path", `GET http://[ HTTP/1.1\r\nHost: a\r\n${close}`, / 400 /],
    ["slashes alone", `GET // HTTP/1.1\r\nHost: a\r\n${close}`, / 404 /],
    ["a broken escape", `GET /%zz HTTP/1.1\r\nHost: a\r\n${close}`, / 404 /],
    ["CONNECT", `CONNECT a:80 HTTP/1.1\r\nHost: a\r\n${close}`, / 405 /],
    ["a star", `OPTIONS * HTTP/1.1\r\nHost: a\r\n${close}`, / 405 /],
    ["a huge path", `GET /${"a".repeat(900_000)} HTTP/1.1\r\nHost: a\r\n${close}`, /^$| 4\d\d /],
    ["a huge header", `GET / HTTP/1.1\r\nX: ${"a".repeat(900_000)}\r\n${close}`, /^$| 4\d\d /],
    ["TLS", "\x16\x03\x01\x02\x00\x01\r\n\r\n", / 400 /],
  ];
  for (const [what, request, expected] of cases) {
    await t.step(what, async () => assert.match(await send(metrics.port, request), expected));
  }
  await t.step("anything", async () => {
    const word = fc.string({ unit: "binary-ascii", maxLength: 12 });
    const request = fc.tuple(fc.constantFrom("GET", "HEAD", "POST", "\0"), word, word).map(
      ([method, path, host]) => `${method} /${path} HTTP/1.1\r\nHost: ${host}\r\n${close}`,
    );
    await fc.assert(
      fc.asyncProperty(request, async (request) => {
        assert.match(await send(metrics.port, request), /^$|^HTTP\/1\.[01] [24]\d\d /);
      }),
      { numRuns: 200 },
    );
  });
  assert.deepEqual(output.lines, []);
  assert.match(await send(metrics.port, `GET /readyz HTTP/1.1\r\nHost: a\r\n${close}`), / 200 /);
});

Deno.test("the port for metrics answers while others hold silent connections", async () => {
  await using chat = await serving();
  await using metrics = await serveMetrics(chat.server, { hostname: "127.0.0.1", port: 0 });
  const silent: Deno.Conn[] = [];
  for (let n = 0; n < 40; n++) {
    silent.push(await Deno.connect({ hostname: "127.0.0.1", port: metrics.port }));
  }
  const answer = await send(metrics.port, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.match(answer, / 200 [^]*\r\nok\n$/);
  let hungUp = 0;
  for (const conn of silent.slice(0, 30)) {
    const end = await conn.read(new Uint8Array(1)).catch(() => null); // reset counts as well
    if (end === null) hungUp++;
  }
  assert.equal(hungUp, 30);
  for (const conn of silent) conn.close();
});

Deno.test("/readyz names the port that accepts no connections", async () => {
  let trouble: string | undefined;
  const listen = async (options: ListenOptions): Promise<Listener> => {
    const listener = await listenNode(options);
    return {
      ...{ hostname: listener.hostname, port: listener.port, engine: listener.engine },
      get trouble() {
        return trouble;
      },
      replaceCertificate: (pair) => listener.replaceCertificate(pair),
      [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    };
  };
  await using chat = await serving({ listen });
  await using metrics = await serveMetrics(chat.server, { hostname: "127.0.0.1", port: 0 });
  const ready = () => send(metrics.port, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.match(await ready(), / 200 [^]*\r\nok\n$/);
  trouble = "port 9000 does not answer";
  assert.match(await ready(), / 503 Service Unavailable\r\n[^]*\r\nport 9000 does not answer\n$/);
  trouble = undefined;
  assert.match(await ready(), / 200 /);
});
