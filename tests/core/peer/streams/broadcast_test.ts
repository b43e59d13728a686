import assert from "node:assert/strict";
import { parseSource } from "../../../../core/media/sources.ts";
import { formatConfig } from "../../../../core/peer/streams/frame_codec.ts";
import { Broadcast, receiveStream } from "../../../../core/peer/streams/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { Ear, ffmpeg, isRunning, linkPair, samplesOf } from "./helpers.ts";

const TONE = "ffmpeg:-f lavfi -i sine=440";

Deno.test("Broadcast encodes once for all, and starts when the first accepts", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/song.wav`;
  await ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=2", path);
  const broadcast = await Broadcast.open(parseSource(path), { kind: "audio", paced: true });
  assert.equal(broadcast.offer.live, true, "a file runs by itself for several");
  using first = await linkPair();
  using second = await linkPair();
  using third = await linkPair();
  const sent = [first, second, third].map(({ ours }) => broadcast.send(ours));
  const incoming = await Promise.all(
    [first, second, third].map(({ theirs }) => receiveStream(theirs)),
  );
  assert.equal(broadcast.encoderPid, undefined);
  await incoming[2]!.reject();
  const received = incoming.slice(0, 2).map((one) => one.accept({ folder: dir.path }));
  await eventually(() => broadcast.encoderPid !== undefined, "the encoder runs");
  const pid = broadcast.encoderPid!;
  for (const { ended } of received) assert.deepEqual(await ended, { reason: "done" });
  const ends = await Promise.all(sent.map(({ ended }) => ended));
  assert.deepEqual(ends.map(({ reason }) => reason), ["done", "done", "rejected"]);
  await broadcast.stop();
  assert.equal(isRunning(pid), false);
  const files = received.map(({ savedAs }) => savedAs).sort();
  assert.deepEqual(files, [`${dir.path}/song (1).ogg`, `${dir.path}/song.ogg`]);
  for (const [at, { savedAs }] of received.entries()) {
    const { length } = await samplesOf(savedAs!, 48_000);
    const droppedMs = sent[at]!.stats.dropped * 20; // on a busy machine
    assert.ok(Math.abs(length / 48 - 2_000) < 100 + droppedMs, `${length / 48} ms`);
  }
});

Deno.test("Broadcast keeps a copy of what it sends, and goes on without when it cannot", async () => {
  await using dir = await tempDir();
  const source = parseSource("ffmpeg:-f lavfi -i sine=frequency=440:duration=1");
  const id = "a-stream_1";
  for (const folder of [`${dir.path}/kept`, "/proc/nowhere"]) {
    const problems: string[] = [];
    const broadcast = await Broadcast.open(source, {
      ...{ kind: "audio", id, call: "c1", title: "tone", folder },
      onProblem: ({ fault }) => problems.push(fault),
    });
    using links = await linkPair();
    const sent = broadcast.send(links.ours);
    const incoming = await receiveStream(links.theirs);
    assert.deepEqual([incoming.offer.id, incoming.offer.call], [id, "c1"]);
    const receiving = incoming.accept({});
    assert.deepEqual(await sent.ended, { reason: "done" });
    await receiving.ended;
    await broadcast.stop();
    if (folder.startsWith("/proc")) {
      assert.deepEqual([broadcast.savedAs, problems], [undefined, ["cannot-save"]]);
      continue;
    }
    assert.deepEqual([broadcast.savedAs, problems], [`${dir.path}/kept/tone.ogg`, []]);
    const samples = await samplesOf(broadcast.savedAs!, 48_000);
    assert.ok(Math.abs(samples.length / 48 - 1_000) < 100, `${samples.length / 48} ms`);
  }
});

Deno.test("who accepts late begins with a picture that needs no other, and gets a file that plays", async () => {
  await using dir = await tempDir();
  const source = parseSource(
    "ffmpeg:-f lavfi -i testsrc=size=160x120:rate=25 -f lavfi -i sine=440",
  );
  await using broadcast = await Broadcast.open(source, { kind: "video" });
  using early = await linkPair();
  using late = await linkPair();
  broadcast.send(early.ours);
  const ear = new Ear(), lateEar = new Ear();
  await using first = (await receiveStream(early.theirs)).accept({ onFrame: ear.onFrame });
  await ear.until(() => first.stats.bytes > 20_000, "it runs");
  const sent = broadcast.send(late.ours);
  const second = (await receiveStream(late.theirs)).accept({
    folder: dir.path,
    onFrame: lateEar.onFrame,
  });
  const { frames } = lateEar;
  await lateEar.until(
    () => frames.filter(({ track }) => track === "video").length > 10,
    "pictures come",
  );
  assert.equal(frames.find(({ track }) => track === "video")!.key, true);
  assert.ok(frames[0]!.timestampUs > 100_000);
  assert.ok(second.stats.lost <= sent.stats.dropped, "what came before is not lost");
  await second.stop();
  const pictures = await ffmpeg(
    ...["-i", second.savedAs!, "-f", "rawvideo", "-pix_fmt", "gray", "-vsync", "0", "pipe:1"],
  );
  assert.ok(pictures.length >= 10 * 160 * 120);
  assert.equal(first.state.at, "streaming");
});

Deno.test("a receiver that does not read misses frames, and slows nobody", async () => {
  await using broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
  using slow = await linkPair();
  using quick = await linkPair();
  const stuck = broadcast.send(slow.ours);
  const served = broadcast.send(quick.ours);
  await slow.theirs.reader.readLine();
  await slow.theirs.conn.write(new TextEncoder().encode('{"accept":true,"frames":5}\n'));
  const ear = new Ear();
  await using receiving = (await receiveStream(quick.theirs)).accept({ onFrame: ear.onFrame });
  await ear.until(() => stuck.stats.dropped > 20, "frames for the slow one are dropped");
  assert.ok(receiving.stats.lost <= served.stats.dropped);
  assert.ok(stuck.stats.bytes < 5 * 400, "it got what it allowed");
  await ear.until(() => ear.frames.length > 20, "the other one hears it");
});

Deno.test("the encoder ends with the last receiver, and with stop() for all", async () => {
  const broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
  using first = await linkPair();
  using second = await linkPair();
  const sent = [broadcast.send(first.ours), broadcast.send(second.ours)];
  const ear = new Ear();
  const [one, two] = [
    (await receiveStream(first.theirs)).accept({ onFrame: ear.onFrame }),
    (await receiveStream(second.theirs)).accept({ onFrame: ear.onFrame }),
  ];
  await ear.until(() => one.stats.bytes > 1_000 && two.stats.bytes > 1_000, "it runs");
  const pid = broadcast.encoderPid!;
  await one.stop();
  const { bytes } = two.stats;
  await ear.until(() => two.stats.bytes > bytes + 2_000, "the other goes on");
  await two.stop();
  await Promise.all(sent.map(({ ended }) => ended));
  await eventually(() => !isRunning(pid), "nobody is left to encode for");
  await broadcast.stop();
  using third = await linkPair();
  assert.equal((await broadcast.send(third.ours).ended).reason, "stopped");
});

Deno.test("when both sides stop at once, what came is kept, and known when it is over", async () => {
  await using dir = await tempDir();
  for (let round = 0; round < 5; round++) {
    const broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
    using links = await linkPair();
    const sent = broadcast.send(links.ours);
    const ear = new Ear();
    const { onFrame } = ear;
    const receiving = (await receiveStream(links.theirs)).accept({ folder: dir.path, onFrame });
    await ear.until(() => receiving.stats.bytes > 1_000, "it runs");
    void broadcast.stop(); // as often as one likes
    void broadcast.stop();
    await sent.ended;
    await receiving.stop();
    assert.ok(receiving.savedAs !== undefined, "the file has its name");
    await broadcast.stop();
  }
});

Deno.test("stop() reaches the receivers, however early it is called", async () => {
  for (let round = 0; round < 5; round++) {
    const broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
    using links = await linkPair();
    broadcast.send(links.ours);
    const began = Promise.withResolvers<void>();
    const receiving = (await receiveStream(links.theirs)).accept({
      onState: ({ at }) => at === "streaming" && began.resolve(),
    });
    await began.promise;
    await broadcast.stop();
    assert.deepEqual(await receiving.ended, { reason: "stopped", by: "them" });
  }
});

Deno.test("a link that is slower than a live stream gets whole frames, fresh ones", async () => {
  // 64 kbit/s of sound over a link that carries half of it.
  using links = await linkPair();
  const { conn, reader } = links.theirs;
  const relay = await linkPair();
  using _ = relay;
  await using broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
  const sending = broadcast.send(links.ours);
  const down = (async () => {
    const piece = new Uint8Array(400);
    for (let count; (count = await reader.read(piece).catch(() => null)) !== null;) {
      await relay.ours.conn.write(piece.subarray(0, count)).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, count / 4));
    }
    relay.ours.conn.close();
  })();
  const up = (async () => {
    const piece = new Uint8Array(1_000);
    for (let count; (count = await relay.ours.reader.read(piece).catch(() => null)) !== null;) {
      await conn.write(piece.subarray(0, count)).catch(() => {});
    }
  })();
  const ear = new Ear();
  const receiving = (await receiveStream(relay.theirs)).accept({ onFrame: ear.onFrame });
  await ear.until(() => sending.stats.dropped > 20, "the sender drops");
  await ear.until(() => receiving.stats.lost > 5, "the receiver sees what is missing");
  await receiving.stop();
  await sending.ended;
  conn.close();
  await Promise.all([down, up]);
  for (const { data } of ear.frames) assert.ok(data.length > 1);
});

Deno.test("what a decoder must know comes first", async () => {
  await using broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio" });
  using links = await linkPair();
  broadcast.send(links.ours);
  await links.theirs.reader.readLine();
  await links.theirs.conn.write(new TextEncoder().encode('{"accept":true,"frames":5}\n'));
  const expected = formatConfig({ audio: { codec: "opus", channels: 2, preSkip: 120 } });
  const first = new Uint8Array(expected.length);
  await links.theirs.reader.readFull(first);
  assert.deepEqual(first, expected);
});
