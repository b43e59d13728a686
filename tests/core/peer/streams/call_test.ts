import assert from "node:assert/strict";
import { parseSource } from "../../../../core/media/sources.ts";
import { receiveStream, sendStream } from "../../../../core/peer/streams/mod.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { Wire } from "../support.ts";
import { pitchOf, samplesOf } from "./helpers.ts";

Deno.test("a call is two streams over two peer links, one each way, at the same time", async () => {
  await using dir = await tempDir();
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await wire.join("bob");
  const say = async (from: typeof amy, to: typeof amy, pitch: number) => {
    const heard = to.nextLink();
    await using link = await from.service.open(to.account, "stream");
    await using theirs = await heard;
    assert.deepEqual([theirs.account, theirs.purpose], [from.account, "stream"]);
    const source = parseSource(`ffmpeg:-f lavfi -i sine=frequency=${pitch}:duration=1.5`);
    await using sending = await sendStream(link, source, { kind: "audio", title: from.account });
    const incoming = await receiveStream(theirs);
    await using receiving = incoming.accept({ folder: dir.path });
    assert.deepEqual(await receiving.ended, { reason: "done" });
    assert.deepEqual(await sending.ended, { reason: "done" });
    return { receiving, dropped: sending.stats.dropped };
  };
  const both = await Promise.all([say(amy, bob, 440), say(bob, amy, 880)]);
  for (const [at, pitch] of [440, 880].entries()) {
    const { receiving, dropped } = both[at]!;
    const samples = await samplesOf(receiving.savedAs!, 48_000);
    assert.ok(Math.abs(samples.length / 48 - 1_500) < 100 + 20 * dropped);
    if (dropped === 0) assert.ok(Math.abs(pitchOf(samples, 48_000) - pitch) < 3);
  }
});
