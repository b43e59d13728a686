/**
 * One end of a file transfer as a program of its own, for measuring beside other tools:
 * `receive PORT FOLDER CERTS` waits for one transfer, `send PORT PATH CERTS` makes it. The link is
 * what two clients have: TLS 1.3 by Deno's own TLS, without the search for a path between them.
 *
 * `receive CERTS` and `send CERTS` make one transfer for each line `PORT PATH` of standard input and
 * answer each with a line: two clients that run already, as in use. They end with their input.
 *
 * @module
 */
import { fileLinkOf, prepareOffer, receiveOffer, sendFiles } from "../core/peer/files/mod.ts";

const HOST = "127.0.0.1";

/** Where the other end is found, what is sent or received into, and the folder of the certificate. */
interface Job {
  readonly port: number;
  readonly path: string;
  readonly certs: string;
}

async function receive({ port, path, certs }: Job): Promise<void> {
  using listener = Deno.listenTls({
    hostname: HOST,
    port,
    cert: Deno.readTextFileSync(`${certs}/cert.pem`),
    key: Deno.readTextFileSync(`${certs}/key.pem`),
  });
  const incoming = await receiveOffer(fileLinkOf(await listener.accept()));
  const startMs = performance.now();
  await incoming.accept({ into: path });
  report("receiver", incoming.bytes, performance.now() - startMs);
}

async function send({ port, path, certs }: Job): Promise<void> {
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
  for (let left = 2_000;; left--) {
    try {
      const conn = await Deno.connect({ hostname: HOST, port });
      conn.setNoDelay();
      return conn;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused) || left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
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

async function serve(run: (job: Job) => Promise<void>, certs: string): Promise<void> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [port = "", path = ""] = line.split(" ", 2);
      await run({ port: Number(port), path, certs });
      console.log("done");
    }
  }
}

const [side, ...rest] = Deno.args;
const run = side === "receive" ? receive : send;
const [port = "", path = "", certs = ""] = rest;
if (rest.length === 1) await serve(run, port);
else await run({ port: Number(port), path, certs });
