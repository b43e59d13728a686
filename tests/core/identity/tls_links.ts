/** One TLS handshake by each engine, to see that a pair works and what it shows. @module */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:tls";
import { within } from "../../helpers/deadline.ts";

const HANDSHAKE_MS = 30_000;

interface Pair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Serves `pair` by `Deno.listenTls` and connects trusting only `caPem`; gives the bytes that came. */
export async function greetByDeno(pair: Pair, caPem: string, hostname: string): Promise<string> {
  using listener = listenByDeno(pair);
  const serving = greetOne(listener);
  try {
    using client = await Deno.startTls(await Deno.connect({ port: listener.addr.port }), {
      hostname,
      caCerts: [caPem],
    });
    const buffer = new Uint8Array(16);
    const length = await client.read(buffer) ?? 0;
    return new TextDecoder().decode(buffer.subarray(0, length));
  } finally {
    await serving;
  }
}

/** The fingerprint that a client of `Deno.listenTls` sees. */
export async function fingerprintByDeno(pair: Pair): Promise<string> {
  using listener = listenByDeno(pair);
  const serving = greetOne(listener);
  const seen = await fingerprintAt(listener.addr.port);
  await serving;
  return seen;
}

function listenByDeno({ certPem: cert, keyPem: key }: Pair): Deno.TlsListener {
  return Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
}

/** The fingerprint that a client of a `node:tls` server sees. */
export async function fingerprintByNode(pair: Pair): Promise<string> {
  const server = createServer({ cert: pair.certPem, key: pair.keyPem }, (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  try {
    return await fingerprintAt(address.port);
  } finally {
    server.close();
    await once(server, "close");
  }
}

async function greetOne(listener: Deno.TlsListener): Promise<void> {
  using conn = await listener.accept();
  try {
    await conn.write(new TextEncoder().encode("hello"));
  } catch {
    // the client did not like the certificate, and says so itself
  }
}

async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await within(once(socket, "secureConnect"), HANDSHAKE_MS, () => "No handshake");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  await once(socket, "close");
  return fingerprint256;
}
