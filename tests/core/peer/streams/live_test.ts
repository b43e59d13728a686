import assert from "node:assert/strict";
import type { MediaFrame } from "../../../../core/media/frame.ts";
import { parseSource } from "../../../../core/media/sources.ts";
import { receiveStream, sendStream, type StreamState } from "../../../../core/peer/streams/mod.ts";
import { Changes } from "../../../helpers/changes.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { Ear, isRunning, linkPair, pitchOf, samplesOf } from "./helpers.ts";

const SILENT = { SDL_AUDIODRIVER: "dummy", SDL_VIDEODRIVER: "dummy" };

Deno.test("a live tone is played and saved at once, at its own speed, with figures", async () => {
  await using dir = await tempDir();
  using links = await linkPair();
  const source = parseSource("ffmpeg:-f lavfi -i sine=frequency=440:duration=3");
  const sending = await sendStream(links.ours, source, { kind: "audio" });
  const incoming = await receiveStream(links.theirs);
  assert.equal(incoming.offer.live, true);
  const startMs = performance.now();
  let stats = 0;
  const changes = new Changes();
  const receiving = incoming.accept({
    ...{ play: true, folder: dir.path, playerEnv: SILENT },
    onStats: () => {
      stats++;
      changes.tell();
    },
    onProblem: (error) => assert.fail(error),
  });
  const known = () =>
    receiving.stats.latencyMs !== undefined && sending.stats.latencyMs !== undefined;
  await changes.until(() => known() && stats >= 2, "both sides know the latency");
  assert.deepEqual(await receiving.ended, { reason: "done" });
  assert.deepEqual(await sending.ended, { reason: "done" });
  assert.ok(performance.now() - startMs > 2_800);

  const { latencyMs, jitterMs, lost, late } = receiving.stats;
  assert.ok(latencyMs! > 0 && latencyMs! < 5_000, `${latencyMs} ms`);
  assert.ok(jitterMs < 1_000, `${jitterMs} ms`);
  const { dropped } = sending.stats;
  assert.ok(lost <= dropped, `${lost} lost, ${dropped} dropped, ${late} late`);
  const samples = await samplesOf(receiving.savedAs!, 48_000);
  // A busy machine may drop frames; those that are only late are in the file.
  assert.ok(
    Math.abs(samples.length / 48 - 3_000) < 100 + dropped * 20,
    `${samples.length / 48} ms`,
  );
  if (dropped === 0) assert.ok(Math.abs(pitchOf(samples, 48_000) - 440) < 2);
});

Deno.test("a live picture is played, and a new volume makes a new player", async () => {
  using links = await linkPair();
  const source = parseSource(
    "ffmpeg:-f lavfi -i testsrc=size=160x120:rate=15:duration=3 -f lavfi -i sine=440:duration=3",
  );
  const sending = await sendStream(links.ours, source, { kind: "video" });
  let pictures = 0;
  const changes = new Changes();
  const receiving = (await receiveStream(links.theirs)).accept({
    ...{ play: true, playerEnv: SILENT, volume: 50 },
    onFrame: ({ track }) => {
      if (track === "video") pictures++;
      changes.tell();
    },
  });
  await changes.until(() => pictures > 5, "pictures arrive");
  receiving.setVolume(80);
  assert.deepEqual(await receiving.ended, { reason: "done" });
  assert.equal(receiving.stats.codec, "vp8+opus");
  const missing = receiving.stats.late + receiving.stats.lost + sending.stats.dropped; // on a busy machine
  assert.ok(pictures + missing > 38, `${pictures} pictures`);
});

Deno.test("a file is played at its own speed, although it could come faster", async () => {
  await using dir = await tempDir();
  using links = await linkPair();
  const path = await toneFile(dir.path, 2);
  await sendStream(links.ours, parseSource(path), { kind: "audio" });
  const frames: number[] = [];
  const startMs = performance.now();
  const receiving = (await receiveStream(links.theirs)).accept({
    ...{ play: true, playerEnv: SILENT },
    onFrame: () => frames.push(performance.now()),
  });
  assert.deepEqual(await receiving.ended, { reason: "done" });
  const tookMs = frames.at(-1)! - startMs;
  assert.ok(tookMs > 1_980, `${tookMs} ms`);
  assert.equal(receiving.stats.late + receiving.stats.lost, 0);
});

for (const by of ["sender", "receiver"] as const) {
  Deno.test(`a live stream stands still while the ${by} holds it, and no frame counts as lost`, async () => {
    using links = await linkPair();
    const source = parseSource("ffmpeg:-f lavfi -i sine=440");
    const states: StreamState[] = [];
    const frames: MediaFrame[] = [];
    const changes = new Changes();
    const onState = () => changes.tell();
    const sending = await sendStream(links.ours, source, { kind: "audio", onState });
    const receiving = (await receiveStream(links.theirs)).accept({
      onFrame: (frame) => {
        frames.push(frame);
        changes.tell();
      },
      onState: (state) => {
        states.push(state);
        changes.tell();
      },
    });
    const side = by === "sender" ? sending : receiving;
    await changes.until(() => frames.length > 20, "it runs");
    side.pause();
    await changes.until(
      () => sending.state.at === "paused" && receiving.state.at === "paused",
      "it stands",
    );
    const heldAt = frames.length;
    await elsewhere(25);
    assert.equal(frames.length, heldAt);
    side.resume();
    await changes.until(() => frames.length > heldAt + 20, "it runs again");
    const { lost, latencyMs } = receiving.stats;
    const { dropped } = sending.stats; // on a busy machine
    assert.ok(lost <= dropped, `${lost} lost, ${dropped} dropped`);
    assert.ok(latencyMs === undefined || latencyMs < 1_000, `${latencyMs} ms`);
    const jumpMs = (frames[heldAt]!.timestampUs - frames[heldAt - 1]!.timestampUs) / 1_000;
    assert.ok(jumpMs > 100, `what was said meanwhile is not heard: ${jumpMs} ms`);
    assert.deepEqual(await receiving.stop(), { reason: "stopped", by: "us" });
    assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
    assert.deepEqual(states.map(({ at }) => at), ["streaming", "paused", "streaming", "ended"]);
  });

  Deno.test(`a file stands still while the ${by} holds it, and goes on where it was`, async () => {
    await using dir = await tempDir();
    using links = await linkPair();
    const path = await toneFile(dir.path, 3);
    const frames: MediaFrame[] = [];
    const changes = new Changes();
    const sending = await sendStream(links.ours, parseSource(path), { kind: "audio" });
    const receiving = (await receiveStream(links.theirs)).accept({
      ...{ play: true, playerEnv: SILENT },
      onFrame: (frame) => {
        frames.push(frame);
        changes.tell();
      },
      onState: () => changes.tell(),
    });
    const side = by === "sender" ? sending : receiving;
    await changes.until(() => frames.length > 20, "it runs");
    side.pause();
    await changes.until(() => receiving.state.at === "paused", "it stands");
    const heldAt = frames.length;
    await elsewhere(20);
    assert.ok(frames.length <= heldAt + 1, "it stands although much has arrived");
    side.resume();
    assert.deepEqual(await receiving.ended, { reason: "done" });
    assert.equal(frames.length, 151);
    frames.forEach((frame, at) => assert.equal(frame.timestampUs, at * 20_000));
  });
}

Deno.test("stopping on either side ends the encoder, and the other side learns who did it", async () => {
  for (const by of ["sender", "receiver"]) {
    using links = await linkPair();
    const source = parseSource("ffmpeg:-f lavfi -i sine=440");
    const sending = await sendStream(links.ours, source, { kind: "audio" });
    const ear = new Ear();
    const receiving = (await receiveStream(links.theirs)).accept({
      ...{ play: true, playerEnv: SILENT, onFrame: ear.onFrame },
    });
    await ear.until(() => receiving.stats.bytes > 2_000, "it runs");
    const pid = sending.encoderPid!;
    assert.ok(isRunning(pid));
    void (by === "sender" ? sending : receiving).stop();
    const [sent, received] = await Promise.all([sending.ended, receiving.ended]);
    const side = (us: boolean) => ({ reason: "stopped", by: us ? "us" : "them" });
    assert.deepEqual(sent, side(by === "sender"));
    assert.deepEqual(received, side(by === "receiver"));
    assert.equal(isRunning(pid), false);
  }
});

async function toneFile(folder: string, seconds: number): Promise<string> {
  const path = `${folder}/tone.wav`;
  const { success } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`, path],
  }).output();
  assert.ok(success);
  return path;
}

/** What must not happen has no event: another live stream yields that many frames of 20 ms meanwhile. */
async function elsewhere(frames: number): Promise<void> {
  using links = await linkPair();
  const source = parseSource("ffmpeg:-f lavfi -i sine=440");
  const sending = await sendStream(links.ours, source, { kind: "audio" });
  const ear = new Ear();
  const receiving = (await receiveStream(links.theirs)).accept({ onFrame: ear.onFrame });
  await ear.until(() => ear.frames.length >= frames, "the other stream runs");
  await receiving.stop();
  await sending.ended;
}
