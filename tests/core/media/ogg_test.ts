import assert from "node:assert/strict";
import fc from "fast-check";
import { concatBytes } from "../../../core/ground/bytes.ts";
import {
  formatOggPage,
  MAX_PAGE_BYTES,
  OggPacketReader,
  type OggPage,
  OggPageReader,
} from "../../../core/media/ogg.ts";
import { splitAt } from "./helpers.ts";

const pageInit = fc.record({
  serial: fc.nat(),
  sequence: fc.nat(),
  granule: fc.bigInt({ min: -1n, max: 2n ** 62n }),
  packets: fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }),
  first: fc.boolean(),
  last: fc.boolean(),
});

Deno.test("OggPageReader gives back what formatOggPage() wrote, however it is split", () => {
  fc.assert(fc.property(fc.array(pageInit, { maxLength: 6 }), fc.array(fc.nat()), (inits, cuts) => {
    const reader = new OggPageReader();
    const pages = splitAt(concatBytes(inits.map(formatOggPage)), cuts)
      .flatMap((part) => reader.push(part));
    assert.equal(reader.skippedBytes, 0);
    assert.equal(pages.length, inits.length);
    pages.forEach((page, at) => {
      const init = inits[at]!;
      assert.equal(page.serial, init.serial);
      assert.equal(page.sequence, init.sequence);
      assert.equal(page.granule, init.granule);
      assert.equal(page.first, init.first);
      assert.equal(page.last, init.last);
      const packets = new OggPacketReader().push(page);
      assert.deepEqual(packets.map(({ data }) => data), init.packets);
    });
  }));
});

Deno.test("OggPageReader finds the pages between garbage, and the same ones however it is split", () => {
  const part = fc.oneof(
    pageInit.map((init) => formatOggPage(init)),
    fc.uint8Array({ maxLength: 80 }),
    fc.constant(new TextEncoder().encode("OggOggS\0\0")),
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat()), (parts, cuts) => {
    const bytes = concatBytes(parts);
    const whole = new OggPageReader();
    const split = new OggPageReader();
    const expected = whole.push(bytes);
    assert.deepEqual(splitAt(bytes, cuts).flatMap((some) => split.push(some)), expected);
    assert.equal(split.skippedBytes, whole.skippedBytes);
  }));
});

Deno.test("OggPageReader goes on with the next page when one has a wrong checksum", () => {
  const broken = page(0, [new Uint8Array(100)]);
  broken[60]! ^= 1;
  const reader = new OggPageReader();
  const pages = reader.push(concatBytes([broken, page(1, [new Uint8Array(3)])]));
  assert.deepEqual(pages.map(({ sequence }) => sequence), [1]);
  assert.equal(reader.skippedBytes, broken.length);
});

Deno.test("OggPageReader never keeps more than a page of what makes no sense", () => {
  const reader = new OggPageReader();
  const lie = new Uint8Array(MAX_PAGE_BYTES - 1);
  lie.set(new TextEncoder().encode("OggS"));
  lie[26] = 255;
  lie.fill(255, 27, 27 + 255);
  assert.deepEqual(reader.push(lie), []);
  assert.equal(reader.skippedBytes, 0);
  assert.deepEqual(reader.push(page(3, [])).map(({ sequence }) => sequence), [3]);
});

Deno.test("OggPacketReader joins a packet that goes on over pages, and drops one that lost its begin", () => {
  const cut = (continued: boolean, lacing: number[], granule: bigint): OggPage => ({
    ...{ continued, first: false, last: false, granule, serial: 1, sequence: 0 },
    lacing: Uint8Array.from(lacing),
    body: new Uint8Array(lacing.reduce((sum, length) => sum + length, 0)),
  });
  const packets = new OggPacketReader();
  assert.deepEqual(packets.push(cut(true, [10, 7], 5n)).map(({ data }) => data.length), [7]);
  assert.deepEqual(packets.push(cut(false, [4, 255], 6n)).map(({ data }) => data.length), [4]);
  assert.deepEqual(packets.push(cut(true, [255], -1n)), []);
  const last = packets.push(cut(true, [2], 9n));
  assert.deepEqual(last.map(({ data, granule }) => [data.length, granule]), [[512, 9n]]);
});

Deno.test("OggPacketReader gives up a packet that never ends", () => {
  const packets = new OggPacketReader();
  const endless: OggPage = {
    ...{ continued: true, first: false, last: false, granule: -1n, serial: 1, sequence: 0 },
    lacing: new Uint8Array(255).fill(255),
    body: new Uint8Array(255 * 255),
  };
  packets.push({ ...endless, continued: false });
  assert.throws(() => {
    for (let i = 0; i < 20; i++) packets.push(endless);
  }, { name: "MediaError", fault: "bad-container" });
});

function page(sequence: number, packets: Uint8Array[]): Uint8Array {
  return formatOggPage({ serial: 1, sequence, granule: 0n, packets });
}
