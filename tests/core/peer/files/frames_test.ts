import assert from "node:assert/strict";
import fc from "fast-check";
import { concatBytes } from "../../../../core/ground/bytes.ts";
import { FrameReader } from "../../../../core/peer/files/frame_reader.ts";
import { FrameWriter } from "../../../../core/peer/files/frame_writer.ts";
import { Frame } from "../../../../core/peer/files/frames.ts";
import { ProtocolError } from "../../../../core/peer/links/errors.ts";
import { inPieces } from "../in_pieces.ts";
import { sha256, someBytes } from "./helpers.ts";

Deno.test("FrameReader gives back what FrameWriter wrote, however the bytes are cut", async () => {
  const size = fc.oneof(fc.nat(100), fc.nat(200_000), fc.nat(2_500_000));
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 8 }), fc.nat(70_000), async (sizes, piece) => {
      const written: Uint8Array[] = [];
      const writer = new FrameWriter({
        write: (bytes) => (written.push(bytes.slice()), Promise.resolve(bytes.length)),
      });
      for (const [index, bytes] of sizes.entries()) {
        await writer.begin(index, index * 2 ** 33);
        const content = someBytes(bytes, index);
        for (let at = 0; at < bytes;) {
          const space = await writer.space(bytes - at);
          assert.ok(space.length > 0 && space.length <= bytes - at);
          space.set(content.subarray(at, at + space.length));
          writer.data(space.length);
          at += space.length;
        }
        await writer.frame(Frame.End, someBytes(32, index));
      }
      await writer.frame(Frame.Done);
      await writer.finish();

      const all = concatBytes(written);
      const reader = new FrameReader(inPieces(all, () => piece + 1));
      for (const [index, bytes] of sizes.entries()) {
        assert.equal((await reader.next())?.type, Frame.Begin);
        assert.deepEqual(await reader.begin(), { file: index, offset: index * 2 ** 33 });
        const content = new Uint8Array(bytes);
        let at = 0;
        let head = await reader.next();
        for (; head?.type === Frame.Data; head = await reader.next()) {
          await reader.read(content.subarray(at, at += head.length));
        }
        assert.equal(at, bytes);
        assert.equal(sha256(content), sha256(someBytes(bytes, index)));
        assert.equal(head?.type, Frame.End);
        assert.deepEqual(await reader.bytes(32), someBytes(32, index));
      }
      assert.deepEqual(await reader.next(), { type: Frame.Done, length: 0 });
      assert.equal(await reader.next(), null);
    }),
    { numRuns: 30 },
  );
});

Deno.test("FrameReader tells an end between frames from one inside", async () => {
  assert.equal(await new FrameReader(inPieces(new Uint8Array(), () => 1)).next(), null);
  const half = new FrameReader(inPieces(Uint8Array.of(Frame.End, 0, 0), () => 1));
  await assert.rejects(half.next(), { fault: "cut" });
  const head = Uint8Array.of(Frame.End, 0, 0, 0, 32, 1, 2, 3);
  const reader = new FrameReader(inPieces(head, () => 2));
  await reader.next();
  await assert.rejects(reader.bytes(32), { fault: "cut" });
});

Deno.test("FrameReader makes of garbage frames or a ProtocolError, nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.nat(9), async (garbage, piece) => {
      const reader = new FrameReader(inPieces(garbage, () => piece + 1));
      try {
        for (let head = await reader.next(); head; head = await reader.next()) {
          await reader.bytes(head.length);
        }
      } catch (error) {
        assert.ok(error instanceof ProtocolError);
      }
    }),
  );
});
