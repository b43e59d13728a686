/**
 * End-to-end latency of sound: a click track is recorded in real time, encoded, sent over TLS on this
 * machine, smoothed by the jitter buffer and decoded again; how old is each click when it is audible?
 *
 * Only the sound card's own buffers, on both ends, are left out.
 *
 *     deno run -A bench/media_latency.ts [SECONDS]
 *
 * @module
 */
import { makeCertificate } from "../core/identity/make_certificate.ts";
import { MediaProcess } from "../core/media/ffmpeg.ts";
import { OggOpusWriter } from "../core/media/ogg_opus.ts";
import { parseSource } from "../core/media/sources.ts";
import { LinkReader } from "../core/peer/links/json_lines.ts";
import { receiveStream, sendStream, type StreamLink } from "../core/peer/streams/mod.ts";

const RATE = 48_000;
const CHUNK_MS = 10;
const CLICK_EVERY_MS = 250;
/** A click is a short tone: an encoder keeps it where it is. */
const CLICK_MS = 5;
const LOUD = 8_000;

/** Milliseconds; what was measured for each click. */
export interface LatencyResult {
  readonly latencies: readonly number[];
  /** What the receiver shows its user, a second before the end. */
  readonly shownMs: number | undefined;
  readonly jitterMs: number;
  readonly lost: number;
  readonly late: number;
  readonly sentClicks: number;
}

/** Runs the measurement for `seconds`. */
export async function measureLatency(seconds: number, delayMs?: number): Promise<LatencyResult> {
  const recorder = record(seconds);
  using links = await tlsPair();
  const raw = "-fflags nobuffer -probesize 32 -analyzeduration 0 -f s16le -ar 48000 -ac 1";
  const source = parseSource(`ffmpeg:${raw} -i tcp://127.0.0.1:${recorder.port}`);
  const sending = await sendStream(links.ours, source, { kind: "audio" });
  const incoming = await receiveStream(links.theirs);
  await using decoder = MediaProcess.start("ffmpeg", [
    ...["-v", "error", "-nostdin", "-fflags", "nobuffer", "-flags", "low_delay"],
    ...["-probesize", "32", "-analyzeduration", "0", "-f", "ogg", "-i", "pipe:0"],
    ...["-flush_packets", "1", "-f", "s16le", "-ac", "1", "-ar", String(RATE), "pipe:1"],
  ], { input: true, output: true });
  const writer = new OggOpusWriter({ codec: "opus", channels: 2, preSkip: 120 });
  void decoder.write(writer.head());
  const heard = listen(decoder);
  const shown: (number | undefined)[] = [];
  const receiving = incoming.accept({
    delayMs,
    onStats: ({ latencyMs }) => shown.push(latencyMs),
    onFrame: (frame) => void decoder.write(writer.frame(frame)),
  });
  await receiving.ended;
  await sending.ended;
  await decoder.closeInput();
  const heardAt = await heard;
  const clickedAt = await recorder.done;
  const { jitterMs, lost, late } = receiving.stats;
  // Each click is heard before the next one is made, or the measurement makes no sense.
  const latencies = heardAt.map((ms) => ms - (clickedAt.findLast((at) => at < ms) ?? NaN));
  return { latencies, shownMs: shown.at(-2), jitterMs, lost, late, sentClicks: clickedAt.length };
}

/** A microphone: delivers its samples every 10 ms, in real time. */
function record(seconds: number): { port: number; done: Promise<number[]> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const run = async () => {
    using conn = await listener.accept();
    listener.close();
    const clickedAt: number[] = [];
    const startMs = performance.now();
    const samples = RATE * CHUNK_MS / 1_000;
    for (let at = 0; at < seconds * 1_000; at += CHUNK_MS) {
      const chunk = new Int16Array(samples);
      if (at % CLICK_EVERY_MS === 0 && at >= 1_000) {
        for (let i = 0; i < RATE * CLICK_MS / 1_000; i++) {
          chunk[i] = 30_000 * Math.sin(2 * Math.PI * 1_000 * i / RATE);
        }
        clickedAt.push(startMs + at);
      }
      const waitMs = startMs + at + CHUNK_MS - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await conn.write(new Uint8Array(chunk.buffer));
    }
    return clickedAt;
  };
  return { port: listener.addr.port, done: run() };
}

/** When each click came out of the decoder. */
async function listen(decoder: MediaProcess): Promise<number[]> {
  const heardAt: number[] = [];
  let odd: Uint8Array = new Uint8Array(0);
  let quietFor = RATE;
  for (let bytes; (bytes = await decoder.read());) {
    const nowMs = performance.now();
    const all = new Uint8Array(odd.length + bytes.length);
    all.set(odd);
    all.set(bytes, odd.length);
    const even = all.length - all.length % 2;
    odd = all.slice(even);
    for (const sample of new Int16Array(all.buffer, 0, even / 2)) {
      quietFor++;
      if (Math.abs(sample) < LOUD) continue;
      if (quietFor > RATE / 10) heardAt.push(nowMs);
      quietFor = 0;
    }
  }
  return heardAt;
}

async function tlsPair(): Promise<{ ours: StreamLink; theirs: StreamLink } & Disposable> {
  const { certPem, keyPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certPem, key: keyPem });
  const { port } = listener.addr;
  const [a, b] = await Promise.all([
    listener.accept(),
    Deno.connectTls({ hostname: "localhost", port, caCerts: [certPem] }),
  ]);
  await Promise.all([a.handshake(), b.handshake()]);
  return {
    ours: { conn: a, reader: new LinkReader(a) },
    theirs: { conn: b, reader: new LinkReader(b) },
    [Symbol.dispose]() {
      for (const conn of [a, b]) {
        try {
          conn.close();
        } catch {
          // The stream closed it.
        }
      }
    },
  };
}

if (import.meta.main) {
  const seconds = Number(Deno.args[0] ?? 20);
  for (const delayMs of [undefined, 40]) {
    const result = await measureLatency(seconds, delayMs);
    const sorted = [...result.latencies].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(0);
    console.log(
      `buffer ${delayMs ?? "default (80)"} ms: ${sorted.length} of ${result.sentClicks} clicks; ` +
        `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms; ` +
        `shown ${result.shownMs?.toFixed(0)} ms, jitter ${result.jitterMs.toFixed(1)} ms, ` +
        `${result.lost} lost, ${result.late} late`,
    );
  }
}
