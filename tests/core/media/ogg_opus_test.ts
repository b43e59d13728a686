import assert from "node:assert/strict";
import fc from "fast-check";
import { concatBytes } from "../../../core/ground/bytes.ts";
import { OggPageReader } from "../../../core/media/ogg.ts";
import { OggOpusReader, OggOpusWriter } from "../../../core/media/ogg_opus.ts";
import { concealmentPacket, opusPacketSamples } from "../../../core/media/opus.ts";
import { opusFrames, splitAt } from "./helpers.ts";

const config = { codec: "opus", channels: 2, preSkip: 312 } as const;

Deno.test("OggOpusReader gives back the frames that OggOpusWriter wrote, however they are split", () => {
  fc.assert(fc.property(fc.nat({ max: 40 }), fc.array(fc.nat()), (count, cuts) => {
    const frames = opusFrames(count);
    const writer = new OggOpusWriter(config);
    const bytes = concatBytes([
      writer.head(),
      ...frames.map((frame) => writer.frame(frame)),
      writer.end().tail,
    ]);
    const reader = new OggOpusReader();
    assert.deepEqual(splitAt(bytes, cuts).flatMap((part) => reader.push(part)), frames);
    assert.deepEqual(reader.config, { audio: config });
  }));
});

Deno.test("OggOpusReader throws nothing but MediaError on garbage", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (parts) => {
    const reader = new OggOpusReader();
    try {
      for (const part of parts) reader.push(part);
    } catch (error) {
      assert.equal((error as Error).name, "MediaError");
    }
  }));
  assert.throws(() => new OggOpusReader().push(new Uint8Array(70_000)), { fault: "bad-container" });
});

Deno.test("OggOpusWriter begins at 0 and fills a hole, so that what follows stays in time", () => {
  const writer = new OggOpusWriter(config);
  writer.head();
  const [first, second] = opusFrames(2, 700_000);
  writer.frame(first!);
  const late = { ...second!, timestampUs: 700_000 + 100_000 };
  const pages = new OggPageReader().push(writer.frame(late));
  assert.deepEqual(pages.map(({ body }) => body.length), [1, 1, 1, 1, 3]);
  assert.deepEqual(pages.map(({ granule }) => granule), [1920n, 2880n, 3840n, 4800n, 5760n]);
});

Deno.test("OggOpusWriter closes the hole that a pause leaves", () => {
  const writer = new OggOpusWriter(config);
  writer.head();
  writer.frame(opusFrames(1)[0]!);
  const pages = new OggPageReader().push(writer.frame(opusFrames(1, 60_000_000)[0]!));
  assert.deepEqual(pages.map(({ granule }) => granule), [1920n]);
});

Deno.test("opusPacketSamples() reads the length of a packet from its first bytes", () => {
  const lengths: [number[], number][] = [
    [[0x00], 480], // SILK, 10 ms
    [[0x18], 2_880], // SILK, 60 ms
    [[0x60], 480], // hybrid, 10 ms
    [[0x78, 0], 960], // hybrid, 20 ms
    [[0x80, 0], 120], // CELT, 2.5 ms
    [[0xf9, 0], 1_920], // two of 20 ms
    [[0xfb, 0x03], 2_880], // three of 20 ms
    [[0xfb, 0x00], 0], // none
    [[0xfb, 0x3f], 0], // more than 120 ms
    [[], 0],
  ];
  for (const [bytes, samples] of lengths) {
    assert.equal(opusPacketSamples(Uint8Array.from(bytes)), samples, bytes.join());
  }
});

Deno.test("concealmentPacket() keeps the mode of a packet and lasts one frame of it", () => {
  assert.deepEqual(concealmentPacket(Uint8Array.from([0xfb, 3, 7])), Uint8Array.from([0xf8]));
});
