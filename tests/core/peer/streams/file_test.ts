import assert from "node:assert/strict";
import { parseSource } from "../../../../core/media/sources.ts";
import { receiveStream, sendStream } from "../../../../core/peer/streams/mod.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { ffmpeg, likeness, linkPair, pitchOf, samplesOf } from "./helpers.ts";

Deno.test("a tone travels as a file: same pitch, same length, and faster than it plays", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/tone.wav`;
  await ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=60", path);
  using links = await linkPair();
  const startMs = performance.now();
  const sending = await sendStream(links.ours, parseSource(path), { kind: "audio" });
  const incoming = await receiveStream(links.theirs);
  const { title, kind, live } = incoming.offer;
  assert.deepEqual({ title, kind, live }, { title: "tone.wav", kind: "audio", live: false });
  const receiving = incoming.accept({ folder: `${dir.path}/in` });
  assert.deepEqual(await receiving.ended, { reason: "done" });
  assert.deepEqual(await sending.ended, { reason: "done" });
  assert.ok(performance.now() - startMs < 55_000);

  assert.equal(receiving.savedAs, `${dir.path}/in/tone.ogg`);
  const samples = await samplesOf(receiving.savedAs!, 48_000);
  assert.ok(Math.abs(samples.length / 48 - 60_000) < 100, `${samples.length / 48} ms`);
  assert.ok(Math.abs(pitchOf(samples, 48_000) - 440) < 2, `${pitchOf(samples, 48_000)} Hz`);
  for (const { bitsPerSecond } of [sending.stats, receiving.stats]) {
    assert.ok(bitsPerSecond > 32_000 && bitsPerSecond < 96_000, `${bitsPerSecond}, and not faster`);
  }
  const { codec, bytes, lost, late } = receiving.stats;
  assert.deepEqual({ codec, lost, late }, { codec: "opus", lost: 0, late: 0 });
  assert.equal(bytes, sending.stats.bytes);
});

Deno.test("speech travels and sounds the same", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/speech.wav`;
  const words = "The quick brown fox jumps over the lazy dog, and then it rests for a while.";
  const spoken = await new Deno.Command("espeak-ng", { args: ["-w", path, words] }).output();
  assert.ok(spoken.success);
  using links = await linkPair();
  await sendStream(links.ours, parseSource(path), { kind: "audio" });
  const receiving = (await receiveStream(links.theirs)).accept({ folder: dir.path });
  assert.deepEqual(await receiving.ended, { reason: "done" });
  const [before, after] = await Promise.all([
    samplesOf(path, 8_000),
    samplesOf(receiving.savedAs!, 8_000),
  ]);
  assert.ok(Math.abs(before.length - after.length) < 800, `${before.length}, ${after.length}`);
  const same = likeness(before, after, 160);
  assert.ok(same > 0.9, `${same}`);
});

Deno.test("a picture with sound travels: same number of frames, same length", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/film.mkv`;
  await ffmpeg(
    ...["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=3"],
    ...["-f", "lavfi", "-i", "sine=660:duration=3", "-c:v", "mpeg4", path],
  );
  using links = await linkPair();
  await sendStream(links.ours, parseSource(path), { kind: "video" });
  const receiving = (await receiveStream(links.theirs)).accept({ folder: dir.path });
  assert.deepEqual(await receiving.ended, { reason: "done" });
  assert.equal(receiving.stats.codec, "vp8+opus");
  assert.equal(receiving.savedAs, `${dir.path}/film.webm`);
  const pictures = await ffmpeg(
    ...["-i", receiving.savedAs!, "-f", "rawvideo", "-pix_fmt", "gray", "-vsync", "0", "pipe:1"],
  );
  assert.equal(pictures.length, 75 * 160 * 120);
  const samples = await samplesOf(receiving.savedAs!, 48_000);
  assert.ok(Math.abs(samples.length / 48 - 3_000) < 100, `${samples.length / 48} ms`);
  assert.ok(Math.abs(pitchOf(samples, 48_000) - 660) < 2);
  // The index was written: a player can jump to a place.
  const late = await ffmpeg("-ss", "2.5", "-i", receiving.savedAs!, "-f", "rawvideo", "pipe:1");
  assert.ok(late.length > 0);
});

Deno.test("what is received never replaces a file", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/tone.wav`;
  await ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=1", path);
  await Deno.writeTextFile(`${dir.path}/tone.ogg`, "mine");
  using links = await linkPair();
  await sendStream(links.ours, parseSource(path), { kind: "audio" });
  const receiving = (await receiveStream(links.theirs)).accept({ folder: dir.path });
  await receiving.ended;
  assert.equal(receiving.savedAs, `${dir.path}/tone (1).ogg`);
  assert.equal(await Deno.readTextFile(`${dir.path}/tone.ogg`), "mine");
  const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["tone (1).ogg", "tone.ogg", "tone.wav"]);
});
