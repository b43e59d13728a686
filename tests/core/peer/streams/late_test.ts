import assert from "node:assert/strict";
import { concatBytes } from "../../../../core/ground/bytes.ts";
import type { MediaFrame } from "../../../../core/media/frame.ts";
import { OggOpusReader } from "../../../../core/media/ogg_opus.ts";
import {
  formatConfig,
  formatMedia,
  formatNoticeFrame,
} from "../../../../core/peer/streams/frame_codec.ts";
import { receiveStream } from "../../../../core/peer/streams/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { FakeClock } from "../fake_clock.ts";
import { linkPair } from "./helpers.ts";

const OFFER =
  '{"v":1,"id":"a-1","kind":"audio","title":"talk","live":true,"ends":true,"bitrate":64000}\n';

/** Sound of 20 ms; the last byte tells which. */
function sound(sequence: number): Uint8Array {
  const data = new Uint8Array([0xf8, 0xff, sequence]);
  return formatMedia({ track: "audio", key: true, timestampUs: sequence * 20_000, sequence, data });
}

Deno.test("what comes too late to be heard is kept all the same, once", async () => {
  await using dir = await tempDir();
  using links = await linkPair();
  const clock = new FakeClock();
  await links.ours.conn.write(new TextEncoder().encode(OFFER));
  const heard: MediaFrame[] = [];
  const receiving = (await receiveStream(links.theirs, { clock })).accept({
    folder: dir.path,
    onFrame: (frame) => heard.push(frame),
  });
  const config = formatConfig({ audio: { codec: "opus", channels: 1, preSkip: 0 } });
  await links.ours.conn.write(concatBytes([config, sound(0)]));
  await clock.sleeping(80);
  clock.advance(80);
  await eventually(() => heard.length === 1, "the first is heard when it is due");
  clock.advance(1_000);
  const late = Array.from({ length: 25 }, (_, at) => sound(at + 1));
  const again = sound(7);
  const done = formatNoticeFrame({ type: "end", reason: "done" });
  await links.ours.conn.write(concatBytes([...late, again, done]));
  await links.ours.conn.closeWrite();
  assert.deepEqual(await receiving.ended, { reason: "done" });
  assert.equal(heard.length, 1);
  assert.equal(receiving.stats.late, 25);
  const frames = new OggOpusReader().push(await Deno.readFile(receiving.savedAs!));
  assert.deepEqual(
    frames.map(({ data }) => data.at(-1)),
    Array.from({ length: 26 }, (_, at) => at),
  );
});
