/**
 * One end of a file transfer as a program of its own, for measuring beside other tools:
 * `receive PORT FOLDER CERTS` waits for one transfer, `send PORT PATH CERTS` makes it. The link is
 * what two clients have: TLS 1.3 by Deno's own TLS, without the search for a way to each other.
 *
 * @module
 */
import { fileLinkOf, prepareOffer, receiveOffer, sendFiles } from "../core/peer/files/mod.ts";

const HOST = "127.0.0.1";

async function receive(port: number, into: string, certs: string): Promise<void> {
  using listener = Deno.listenTls({
    hostname: HOST,
    port,
    cert: Deno.readTextFileSync(`${certs}/cert.pem`),
    key: Deno.readTextFileSync(`${certs}/key.pem`),
  });
  const incoming = await receiveOffer(fileLinkOf(await listener.accept()));
  const startMs = performance.now();
  await incoming.accept({ into });
  report("receiver", incoming.bytes, performance.now() - startMs);
}

async function send(port: number, path: string, certs: string): Promise<void> {
  const tcp = connect(port);
  const offer = await prepareOffer([path]);
  const cert = Deno.readTextFileSync(`${certs}/cert.pem`);
  const conn = await Deno.startTls(await tcp, { hostname: "localhost", caCerts: [cert] });
  const startMs = performance.now();
  await sendFiles(fileLinkOf(conn), offer);
  report("sender", offer.bytes, performance.now() - startMs);
}

/** The receiver may be starting yet. */
async function connect(port: number): Promise<Deno.TcpConn> {
  for (let left = 400;; left--) {
    try {
      const conn = await Deno.connect({ hostname: HOST, port });
      conn.setNoDelay();
      return conn;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused) || left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** With `CHAT_BENCH` set, to standard error: the speed without the start, and the memory. */
function report(side: string, bytes: number, ms: number): void {
  if (!Deno.env.has("CHAT_BENCH")) return;
  const speed = (bytes / 1000 / ms).toFixed(0);
  console.error(`${side}: ${speed} MB/s, peak memory ${peakMemoryMiB()} MiB`);
}

function peakMemoryMiB(): string {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
    return (Number(kib) / 1024).toFixed(0);
  } catch {
    return "?"; // not on Linux
  }
}

const [side, port = "", path = "", certs = ""] = Deno.args;
if (side === "receive") await receive(Number(port), path, certs);
else await send(Number(port), path, certs);
