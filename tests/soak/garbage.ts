/** Input for the doors: what they understand, damaged variants, and noise. @module */
import net from "node:net";
import tls from "node:tls";
import { once } from "node:events";
import * as fc from "fast-check";
import { ircLine } from "../helpers/irc_garbage.ts";

/** Bytes in the pieces in which they are sent. */
export type Pieces = readonly Uint8Array[];

const encoder = new TextEncoder();
const noise = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) },
  fc.constantFrom(
    new Uint8Array(4_096).fill(0x41),
    new Uint8Array(70_000).fill(0x7e),
    new Uint8Array(60).fill(0x0a),
    new Uint8Array(2_000),
    encoder.encode("☕".repeat(3_000)),
    Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80),
  ),
);

/** One damage: a place (as a part of the whole), how much, and what is done there. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 40 }),
  how: fc.constantFrom("flip", "drop", "double", "cut", "insert"),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});

function damaged(
  bytes: Uint8Array,
  { at, length, how, bytes: other }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  const start = Math.floor(at * bytes.length);
  const [before, meant, after] = [
    bytes.subarray(0, start),
    bytes.subarray(start, start + length),
    bytes.subarray(start + length),
  ];
  switch (how) {
    case "flip":
      return join(before, meant.map((byte, n) => byte ^ other[n % other.length]!), after);
    case "drop":
      return join(before, after);
    case "double":
      return join(before, meant, meant, after);
    case "cut":
      return before.slice();
    case "insert":
      return join(before, other, meant, after);
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Valid bytes, damaged or not, with or without noise behind, in pieces. */
function around(sense: fc.Arbitrary<Uint8Array | string>): fc.Arbitrary<Pieces> {
  const parts = fc.record({
    sense,
    damages: fc.array(damage, { maxLength: 4 }),
    tail: fc.option(noise),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  });
  return parts.map(({ sense, damages, tail, cuts }) => {
    const bytes = typeof sense === "string" ? encoder.encode(sense) : sense;
    const whole = join(damages.reduce(damaged, bytes), tail ?? new Uint8Array(0));
    const places = [0, ...cuts.map((cut) => Math.floor(cut * whole.length)), whole.length]
      .toSorted((a, b) => a - b);
    return places.slice(1).map((end, n) => whole.subarray(places[n]!, end))
      .filter(({ length }) => length > 0);
  });
}

const word = fc.oneof(
  fc.constantFrom("amy", "bob", "#lobby", "#tea", "correct-horse-7", "*", "5", "-1", "code", ""),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const ptchatLine = fc.tuple(
  fc.constantFrom("", "~:", "~-@", "~->", "~", ":", "~:login ", "~:register ", "~:name ", "~:lu"),
  fc.constantFrom("", "login ", "join ", "history ", "rooms", "q!", "help", "code "),
  word,
  fc.constantFrom(":", "", ": hello", ": ", "::"),
).map((parts) => parts.join(""));

const lines = (line: fc.Arbitrary<string>, end: string) =>
  fc.array(line, { minLength: 1, maxLength: 30 }).map((all) =>
    all.map((one) => one + end).join("")
  );

const header = fc.constantFrom(
  "Host: [",
  "Host: ]:0",
  "Host:",
  "Host: a\r\nHost: b",
  "Content-Length: -1",
  "Content-Length: 99999999999999999999",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Upgrade: h2c",
  "Connection: keep-alive, upgrade",
  `X: ${"y".repeat(9_000)}`,
  ": nothing",
  " folded",
  "Range: bytes=0-,5-1",
);
const http = fc.tuple(
  fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "PUT", "CONNECT", "PRI", "TRACE", "get", ""),
  fc.constantFrom("/", "/metrics", "/readyz", "*", "//", "http://[", "/%", "/\u0000", "a:1"),
  fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "RTSP/1.0", ""),
  fc.array(header, { maxLength: 4 }),
  fc.constantFrom("", "0\r\n\r\n", "ffffffff\r\n", "hello"),
).map(([verb, path, version, headers, body]) =>
  [`${verb} ${path} ${version}`, ...headers, "", body].join("\r\n")
);

const rendezvous = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => bytes.toBase64({ alphabet: "base64url", omitPadding: true }));
const relay = fc.tuple(rendezvous, fc.constantFrom("\n", "\r\n", "", " \n"))
  .map(([where, end]) => `RELAY ${where}${end}`);

const foreign = fc.constantFrom(
  "PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\nNICK amy\r\n",
  "PROXY UNKNOWN\r\n",
  "SSH-2.0-OpenSSH_9.9\r\n",
  "EHLO example.org\r\n",
  "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c",
);

/** Excludes input that would change or stop something if it were understood. */
const admin = fc.oneof(
  fc.constantFrom("users", "connections", "rooms", "bans", "stats")
    .map((command) => `${JSON.stringify({ v: 1, command })}\n`),
  fc.json({ maxDepth: 4 }).map((text) => `${text}\n`),
  fc.record({ v: fc.constantFrom(0, 2, "1", null), command: word }).map((ask) =>
    `${JSON.stringify(ask)}\n`
  ),
  fc.constantFrom("[".repeat(50_000), '{"v":1,"command":"stats","__proto__":{}}\n', "\n\n\n"),
);

/** The first flight of a TLS client, as this machine's library writes it. */
export async function clientHello(): Promise<Uint8Array> {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port to listen on");
  const accepted = once(server, "connection");
  const client = tls.connect({ host: "127.0.0.1", port: address.port, rejectUnauthorized: false });
  client.on("error", () => {}); // nobody answers it
  const [socket]: net.Socket[] = await accepted;
  const [bytes]: Uint8Array[] = await once(socket!, "data");
  client.destroy();
  socket!.destroy();
  server.close();
  await once(server, "close");
  return Uint8Array.from(bytes!);
}

/** Inputs by the protocol that they imitate. */
export function garbage(hello: Uint8Array) {
  return {
    irc: around(lines(ircLine, "\r\n").map((text) => `NICK amy\r\nUSER a 0 * :a\r\n${text}`)),
    ptchat: around(lines(ptchatLine, "\n")),
    http: around(http),
    relay: around(relay),
    foreign: around(foreign),
    handshake: around(fc.constant(hello)),
    admin: around(admin),
    noise: fc.array(noise, { minLength: 1, maxLength: 6 }),
  } as const;
}

/** The kinds of {@linkcode garbage}. */
export type Kind = keyof ReturnType<typeof garbage>;
