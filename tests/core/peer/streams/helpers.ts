/** What the stream tests share: links, sounds, and ears. @module */
import assert from "node:assert/strict";
import { LinkReader } from "../../../../core/peer/json_lines.ts";
import type { StreamLink } from "../../../../core/peer/streams/mod.ts";

/** Two ends of one real TCP connection. */
export async function linkPair(): Promise<{ ours: StreamLink; theirs: StreamLink } & Disposable> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [a, b] = await Promise.all([
    listener.accept(),
    Deno.connect({ hostname: "127.0.0.1", port }),
  ]);
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

/** Runs ffmpeg and gives what it wrote. */
export async function ffmpeg(...args: string[]): Promise<Uint8Array> {
  const command = new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-nostdin", "-y", ...args],
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return stdout;
}

/** The sound of a file: one channel, 16 bits. */
export async function samplesOf(path: string, rate: number): Promise<Int16Array> {
  const pcm = await ffmpeg("-i", path, "-f", "s16le", "-ac", "1", "-ar", String(rate), "pipe:1");
  return new Int16Array(pcm.buffer, 0, pcm.length >> 1);
}

/** The pitch of a steady tone, by its zero crossings, without its first and last 100 ms. */
export function pitchOf(samples: Int16Array, rate: number): number {
  const middle = samples.subarray(rate / 10, samples.length - rate / 10);
  let crossings = 0;
  for (let at = 1; at < middle.length; at++) {
    if ((middle[at - 1]! < 0) !== (middle[at]! < 0)) crossings++;
  }
  return crossings * rate / (2 * middle.length);
}

/** How alike two sounds are, 1 for the same: the best correlation over lags up to `maxLag` samples. */
export function likeness(a: Int16Array, b: Int16Array, maxLag: number): number {
  let best = -1;
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    let product = 0;
    let squaresA = 0;
    let squaresB = 0;
    const end = Math.min(a.length, b.length - lag);
    for (let at = Math.max(0, -lag); at < end; at++) {
      const x = a[at]!;
      const y = b[at + lag]!;
      product += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    best = Math.max(best, product / Math.sqrt(squaresA * squaresB || 1));
  }
  return best;
}

/** Whether a process is there and is not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** Looks again and again until it is so, for what sends no event. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`It never happened: ${what}`);
}
