import assert from "node:assert/strict";
import { parseSource } from "../../../../core/media/sources.ts";
import { receiveStream, sendStream } from "../../../../core/peer/streams/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { Ear, isRunning, linkPair, samplesOf } from "./helpers.ts";

const TONE = "ffmpeg:-f lavfi -i sine=440";

Deno.test("a rejected stream ends with the words of who said no, and no encoder starts", async () => {
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const incoming = await receiveStream(links.theirs);
  await incoming.reject("not now\x1b[2J");
  assert.equal(await sending.accepted, false);
  const end = { reason: "rejected", by: "them", text: "not now\ufffd[2J" };
  assert.deepEqual(await sending.ended, end);
  assert.equal(sending.encoderPid, undefined);
  assert.throws(() => incoming.accept({}), TypeError);
});

Deno.test("a withdrawn offer is noticed before the answer", async () => {
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const incoming = await receiveStream(links.theirs);
  await sending.stop();
  await incoming.withdrawn;
  const receiving = incoming.accept({});
  assert.deepEqual(await receiving.ended, { reason: "lost" });
});

Deno.test("sendStream() refuses a file that is not there, and leaves the link alone", async () => {
  using links = await linkPair();
  const source = parseSource("/nowhere/song.mp3");
  const wanted = { name: "MediaError", fault: "refused-source" };
  await assert.rejects(sendStream(links.ours, source, { kind: "audio" }), wanted);
  await links.ours.conn.write(new Uint8Array(1));
});

Deno.test("a source that ffmpeg refuses ends the stream with ffmpeg's own words", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/song.mp3`, "this is not music");
  const sources: [string, "audio" | "video", RegExp][] = [
    [`${dir.path}/song.mp3`, "audio", /^ffmpeg cannot play song\.mp3: .*(Invalid|Failed)/],
    ["ffmpeg:-f lavfi -i nonsense=1", "audio", /No such filter: 'nonsense'/],
    ["http://127.0.0.1:1/radio.ogg", "audio", /Connection refused/],
    ["ffmpeg:-f lavfi -i testsrc=duration=1", "audio", /does not contain any stream/],
    ["ffmpeg:-f lavfi -i sine=440:duration=1", "video", /no picture in it/],
  ];
  for (const [text, kind, words] of sources) {
    using links = await linkPair();
    const sending = await sendStream(links.ours, parseSource(text), { kind });
    const receiving = (await receiveStream(links.theirs)).accept({ folder: `${dir.path}/in` });
    const end = await sending.ended;
    assert.ok(end.reason === "failed" && end.error?.name === "MediaError", JSON.stringify(end));
    assert.equal(end.error.fault, "refused-source");
    assert.match(end.error.message, words);
    // The other side is not told the words: they may name folders.
    assert.deepEqual(await receiving.ended, { reason: "failed", by: "them" });
    assert.equal(receiving.savedAs, undefined);
  }
});

Deno.test("an encoder that dies in the middle ends the stream, and what came stays saved", async () => {
  await using dir = await tempDir();
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const ear = new Ear();
  const receiving = (await receiveStream(links.theirs)).accept({
    folder: dir.path,
    onFrame: ear.onFrame,
  });
  await ear.until(() => receiving.stats.bytes > 4_000, "it runs");
  Deno.kill(sending.encoderPid!, "SIGKILL");
  const end = await sending.ended;
  assert.ok(end.reason === "failed" && end.by === "us" && end.error?.name === "MediaError");
  assert.equal(end.error.fault, "died");
  assert.match(end.error.message, /^ffmpeg ended while it encoded sine: exit code 137/);
  assert.deepEqual(await receiving.ended, { reason: "failed", by: "them" });
  assert.ok((await samplesOf(receiving.savedAs!, 8_000)).length > 2_000);
});

Deno.test("a receiver that vanishes ends the stream and the encoder", async () => {
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const ear = new Ear();
  const receiving = (await receiveStream(links.theirs)).accept({ onFrame: ear.onFrame });
  await ear.until(() => receiving.stats.bytes > 2_000, "it runs");
  const pid = sending.encoderPid!;
  links.theirs.conn.close();
  assert.deepEqual(await sending.ended, { reason: "lost" });
  assert.equal(isRunning(pid), false);
  assert.deepEqual(await receiving.ended, { reason: "lost" });
});

Deno.test("a sender that vanishes leaves a file that plays", async () => {
  await using dir = await tempDir();
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const ear = new Ear();
  const receiving = (await receiveStream(links.theirs)).accept({
    folder: dir.path,
    onFrame: ear.onFrame,
  });
  await ear.until(() => receiving.stats.bytes > 6_000, "it runs");
  links.ours.conn.close();
  assert.deepEqual(await receiving.ended, { reason: "lost" });
  assert.deepEqual(await sending.ended, { reason: "lost" });
  assert.ok((await samplesOf(receiving.savedAs!, 8_000)).length > 2_000);
});

Deno.test("a player that dies ends the stream, or is reported while the file goes on", async () => {
  for (const save of [false, true]) {
    const mark = crypto.randomUUID(); // other tests of this process have players too
    await using dir = await tempDir();
    using links = await linkPair();
    const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
    const problem = Promise.withResolvers<Error>();
    const ear = new Ear();
    const receiving = (await receiveStream(links.theirs)).accept({
      ...{ play: true, onProblem: problem.resolve, onFrame: ear.onFrame },
      playerEnv: { SDL_AUDIODRIVER: "dummy", MARK: mark },
      ...(save && { folder: dir.path }),
    });
    let pid: number | undefined;
    await eventually(() => (pid = playerMarked(mark)) !== undefined, "the player runs");
    const encoder = sending.encoderPid!;
    Deno.kill(pid!, "SIGKILL");
    if (save) {
      assert.match((await problem.promise).message, /^ffplay ended while it played: exit code 137/);
      const { bytes } = receiving.stats;
      await ear.until(() => receiving.stats.bytes > bytes + 2_000, "it goes on");
      await receiving.stop();
      assert.ok(receiving.savedAs);
    } else {
      const end = await receiving.ended;
      assert.ok(end.reason === "failed" && end.by === "us", JSON.stringify(end));
      assert.equal(end.error?.fault, "died");
      assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
    }
    await sending.ended;
    assert.equal(isRunning(encoder), false);
    assert.equal(playerMarked(mark), undefined);
  }
});

Deno.test("a folder that cannot be written ends a stream that is only saved", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/file`, "");
  using links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio" });
  const receiving = (await receiveStream(links.theirs)).accept({ folder: `${dir.path}/file` });
  const end = await receiving.ended;
  assert.ok(end.reason === "failed" && end.error?.fault === "cannot-save", JSON.stringify(end));
  assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
});

Deno.test("an aborted signal ends both kinds of streams", async () => {
  using links = await linkPair();
  const stop = new AbortController();
  const { signal } = stop;
  const sending = await sendStream(links.ours, parseSource(TONE), { kind: "audio", signal });
  const ear = new Ear();
  const receiving = (await receiveStream(links.theirs)).accept({ signal, onFrame: ear.onFrame });
  await ear.until(() => receiving.stats.bytes > 1_000, "it runs");
  stop.abort();
  const [sent, received] = await Promise.all([sending.ended, receiving.ended]);
  assert.equal(sent.reason, "stopped");
  assert.equal(received.reason, "stopped");
});

/** The running ffplay that was started with `MARK=mark` in its environment. */
function playerMarked(mark: string): number | undefined {
  for (const { name: pid } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (Deno.readTextFileSync(`/proc/${pid}/comm`) !== "ffplay\n") continue;
      const environment = Deno.readTextFileSync(`/proc/${pid}/environ`);
      if (environment.split("\0").includes(`MARK=${mark}`)) return Number(pid);
    } catch {
      // It is gone since the folder was read.
    }
  }
  return undefined;
}
