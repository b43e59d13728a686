import assert from "node:assert/strict";
import fc from "fast-check";
import { concatBytes } from "../../../core/ground/bytes.ts";
import { element, openElement, uintElement } from "../../../core/media/ebml.ts";
import type { MediaFrame } from "../../../core/media/frame.ts";
import { ID } from "../../../core/media/webm_ids.ts";
import { WebmReader } from "../../../core/media/webm_reader.ts";
import { WebmWriter } from "../../../core/media/webm_writer.ts";
import { opusFrames, splitAt } from "./helpers.ts";

const config = {
  audio: { codec: "opus", channels: 2, preSkip: 312 },
  video: { codec: "vp8", width: 320, height: 240 },
} as const;

Deno.test("WebmReader gives back the frames that WebmWriter wrote, however they are split", () => {
  fc.assert(fc.property(fc.nat({ max: 400 }), fc.array(fc.nat()), (count, cuts) => {
    const frames = mixedFrames(count);
    const writer = new WebmWriter(config);
    const bytes = concatBytes([
      writer.head(),
      ...frames.map((frame) => writer.frame(frame)),
      writer.end().tail,
    ]);
    const reader = new WebmReader();
    assert.deepEqual(splitAt(bytes, cuts).flatMap((part) => reader.push(part)), frames);
    if (count > 0) assert.deepEqual(reader.config, config);
  }));
});

Deno.test("WebmReader throws nothing but MediaError, whatever byte of a file is changed", () => {
  const writer = new WebmWriter(config);
  const frames = mixedFrames(60).map((frame) => writer.frame(frame));
  const file = concatBytes([writer.head(), ...frames, writer.end().tail]);
  const change = fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
    const bytes = file.slice();
    for (const [at, value] of changes) bytes[at] = value;
    try {
      new WebmReader().push(bytes);
    } catch (error) {
      assert.equal((error as Error).name, "MediaError");
    }
  }));
});

Deno.test("WebmReader throws nothing but MediaError on garbage", () => {
  const start = element(ID.EBML, new Uint8Array(0));
  fc.assert(fc.property(fc.boolean(), fc.uint8Array({ maxLength: 500 }), (begun, garbage) => {
    try {
      new WebmReader().push(begun ? concatBytes([start, garbage]) : garbage);
    } catch (error) {
      assert.equal((error as Error).name, "MediaError");
    }
  }));
});

Deno.test("WebmReader refuses what would make it keep too much", () => {
  const start = concatBytes([element(ID.EBML), openElement(ID.Segment)]);
  const huge = Uint8Array.from([0xa3, 0x08, 0xff, 0xff, 0xff, 0xff]); // SimpleBlock, 34 GB
  const endless = openElement(ID.Void);
  const tracks = Array.from({ length: 33 }, () => element(ID.TrackEntry));
  for (const bytes of [huge, endless, concatBytes(tracks)]) {
    const reader = new WebmReader();
    reader.push(start);
    assert.throws(() => reader.push(bytes), { fault: "bad-container" });
  }
});

Deno.test("WebmReader reads blocks in groups, clusters of known size, and passes over the rest", () => {
  const block = Uint8Array.from([0x81, 0, 5, 0, 0, 9]);
  const bytes = concatBytes([
    element(ID.EBML, new Uint8Array(3)),
    openElement(ID.Segment),
    element(ID.Void, new Uint8Array(300)),
    element(
      ID.Tracks,
      element(
        ID.TrackEntry,
        uintElement(ID.TrackNumber, 1),
        element(ID.CodecID, new TextEncoder().encode("V_VP8")),
        element(ID.Video, uintElement(ID.PixelWidth, 2), uintElement(ID.PixelHeight, 2)),
      ),
    ),
    element(
      ID.Cluster,
      uintElement(ID.Timestamp, 1_000),
      element(ID.BlockGroup, element(ID.Block, block), uintElement(0x9b, 33)),
    ),
  ]);
  const [frame] = new WebmReader().push(bytes);
  const data = Uint8Array.from([0, 9]);
  assert.deepEqual(frame, { track: "video", key: true, timestampUs: 1_005_000, data });
});

Deno.test("WebmWriter leaves out pictures until one needs no other", () => {
  const writer = new WebmWriter(config);
  const reader = new WebmReader();
  reader.push(writer.head());
  const frames = mixedFrames(120).slice(1);
  const read = frames.flatMap((frame) => reader.push(writer.frame(frame)));
  assert.equal(read.find(({ track }) => track === "video")?.key, true);
  assert.equal(read[0]?.timestampUs, 0);
});

/** A picture every 40 ms, a key every 25, sound every 20 ms; as an encoder would give them. */
function mixedFrames(count: number): MediaFrame[] {
  const video = Array.from({ length: Math.ceil(count / 3) }, (_, at): MediaFrame => ({
    track: "video",
    key: at % 25 === 0,
    timestampUs: at * 40_000,
    data: Uint8Array.from([at % 25 === 0 ? 0 : 1, at & 0xff]),
  }));
  return [...video, ...opusFrames(count - video.length)]
    .sort((a, b) => a.timestampUs - b.timestampUs);
}
