/** Sounds for tests: made, decoded and measured with ffmpeg. @module */
import assert from "node:assert/strict";

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

/**
 * The pitch of a steady tone, without its first and last 100 ms: from the middle one of all times between two crossings
 * of zero upwards, so that a gap does not count.
 */
export function pitchOf(samples: Int16Array, rate: number): number {
  const middle = samples.subarray(rate / 10, samples.length - rate / 10);
  const periods: number[] = [];
  let last: number | undefined;
  for (let at = 1; at < middle.length; at++) {
    const [before, after] = [middle[at - 1]!, middle[at]!];
    if (before >= 0 || after < 0) continue;
    const crossing = at - after / (after - before);
    if (last !== undefined) periods.push(crossing - last);
    last = crossing;
  }
  periods.sort((a, b) => a - b);
  return rate / (periods[periods.length >> 1] ?? Infinity);
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

/** Makes a file of a steady tone. */
export async function makeTone(path: string, seconds: number, hertz = 440): Promise<string> {
  await ffmpeg("-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=${seconds}`, path);
  return path;
}

/** How long the sound of a file is, and the pitch of its tone. */
export async function measureTone(path: string): Promise<{ ms: number; hertz: number }> {
  const samples = await samplesOf(path, 48_000);
  return { ms: samples.length / 48, hertz: pitchOf(samples, 48_000) };
}
