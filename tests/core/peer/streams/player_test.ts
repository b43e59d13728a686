import assert from "node:assert/strict";
import { parseSource } from "../../../../core/media/sources.ts";
import { EarlyFrames } from "../../../../core/peer/streams/early_frames.ts";
import {
  receiveStream,
  sendStream,
  type StreamAcceptOptions,
} from "../../../../core/peer/streams/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { makeTone, measureTone } from "../../../helpers/sound.ts";
import { linkPair } from "./helpers.ts";

const TONE = "ffmpeg:-f lavfi -i sine=440";
const FILM = "ffmpeg:-f lavfi -i testsrc=size=160x120:rate=25 -f lavfi -i sine=440";
/** ffplay cannot open this sound device on any machine, and ends with exit code 0. */
const NO_SOUND = { SDL_AUDIODRIVER: "disk", SDL_DISKAUDIOFILE: "/nowhere/sound" };
const NO_SOUND_WORDS =
  /^ffplay cannot play: SDL_OpenAudio .*; No more combinations to try, audio open failed$/;

/** A stream that is accepted at once. */
async function streamOf(text: string, kind: "audio" | "video", options: StreamAcceptOptions) {
  const links = await linkPair();
  const sending = await sendStream(links.ours, parseSource(text), { kind });
  const receiving = (await receiveStream(links.theirs)).accept({ play: true, ...options });
  return { links, sending, receiving };
}

Deno.test("a stream that cannot be played is kept instead, in words, from its beginning", async () => {
  await using dir = await tempDir();
  const path = await makeTone(`${dir.path}/tone.wav`, 2);
  const problem = Promise.withResolvers<readonly [Error, (string | undefined)?]>();
  const { links, receiving } = await streamOf(path, "audio", {
    ...{ playerEnv: NO_SOUND, lastFolder: `${dir.path}/in` },
    onProblem: (...what) => problem.resolve(what),
  });
  using _ = links;
  assert.deepEqual(await receiving.ended, { reason: "done" });
  const [error, folder] = await problem.promise;
  assert.match(error.message, NO_SOUND_WORDS);
  assert.equal(folder, `${dir.path}/in`);
  assert.equal(receiving.savedAs, `${dir.path}/in/tone.ogg`);
  const { ms, hertz } = await measureTone(receiving.savedAs);
  assert.ok(Math.abs(ms - 2_000) < 100 && Math.abs(hertz - 440) < 2, `${ms} ms, ${hertz} Hz`);
});

Deno.test("a player that fails late is replaced by a file of what comes from then on", () => {
  const beginning = new EarlyFrames();
  const frame = (timestampUs: number) =>
    ({ track: "audio", key: true, timestampUs, data: new Uint8Array(160) }) as const;
  for (let at = 0; at < 3_000; at++) beginning.add(frame(at));
  assert.equal(beginning.next(), undefined, "too much to hold: it plays");
  beginning.keep();
  for (let at = 3_000; at < 6_000; at++) beginning.add(frame(at));
  for (let at = 3_000; at < 6_000; at++) assert.equal(beginning.next()?.timestampUs, at);
  assert.equal(beginning.next(), undefined);
});

Deno.test("a stream that cannot be played and not be kept fails in the words of both", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/file`, "");
  for (const lastFolder of [undefined, `${dir.path}/file`]) {
    const { links, sending, receiving } = await streamOf(TONE, "audio", {
      ...{ playerEnv: NO_SOUND, lastFolder },
    });
    using _ = links;
    const end = await receiving.ended;
    assert.ok(end.reason === "failed" && end.by === "us", JSON.stringify(end));
    if (lastFolder === undefined) assert.match(end.error!.message, NO_SOUND_WORDS);
    else assert.match(end.error!.message, /^ffplay cannot play: .*; Cannot save .*\/file/);
    assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
  }
});

Deno.test("a picture that has no screen is kept instead", async () => {
  await using dir = await tempDir();
  const problem = Promise.withResolvers<Error>();
  const { links, sending, receiving } = await streamOf(FILM, "video", {
    ...{ playerEnv: { SDL_VIDEODRIVER: "nonsense" }, lastFolder: dir.path },
    onProblem: problem.resolve,
  });
  using _ = links;
  assert.match((await problem.promise).message, /^ffplay ended while it played: .*SDL.*nonsense/);
  const { bytes } = receiving.stats;
  await eventually(() => receiving.stats.bytes > bytes + 2_000, "it goes on");
  await receiving.stop();
  await sending.ended;
  assert.equal(receiving.savedAs, `${dir.path}/testsrc.webm`);
});

Deno.test("closing the window of a player stops the stream, and nothing is kept", async () => {
  await using dir = await tempDir();
  // Reads a little, then ends as ffplay does when its window is closed.
  const closing = "#!/bin/sh\nhead -c 5000 >/dev/null\n";
  await Deno.writeTextFile(`${dir.path}/ffplay`, closing, { mode: 0o755 });
  const { links, sending, receiving } = await streamOf(FILM, "video", {
    playerEnv: { PATH: `${dir.path}:${Deno.env.get("PATH")}` },
    lastFolder: `${dir.path}/in`,
  });
  using _ = links;
  assert.deepEqual(await receiving.ended, { reason: "stopped", by: "us" });
  assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
  assert.equal(receiving.savedAs, undefined);
});
