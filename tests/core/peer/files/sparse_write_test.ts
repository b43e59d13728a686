import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { writeSparsely } from "../../../../core/peer/files/sparse_write.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { sha256, someBytes, transferAll } from "./helpers.ts";

const PIECE = 64 * 1024;
const MIB = 1024 * 1024;

/** A file in memory, whose holes read as `undefined` until its length covers them. */
class MemoryFile {
  bytes = new Uint8Array(0);
  written = 0;
  #at = 0;

  write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.subarray(0, 100_000);
    this.#extend(this.#at + piece.length);
    this.bytes.set(piece, this.#at);
    this.#at += piece.length;
    this.written += piece.length;
    return Promise.resolve(piece.length);
  }

  seek(offset: number): Promise<number> {
    return Promise.resolve(this.#at += offset);
  }

  truncate(length: number): Promise<void> {
    this.#extend(length);
    this.bytes = this.bytes.slice(0, length);
    return Promise.resolve();
  }

  #extend(length: number): void {
    if (length <= this.bytes.length) return;
    const longer = new Uint8Array(length);
    longer.set(this.bytes);
    this.bytes = longer;
  }
}

Deno.test("writeSparsely() writes what it was given, whatever is zero in it, and no whole piece of zeros", async () => {
  const run = fc.record({
    bytes: fc.integer({ min: 1, max: 3 * PIECE }),
    value: fc.constantFrom(0, 0, 7),
  });
  const blocks = fc.array(fc.array(run, { maxLength: 4 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(blocks, async (list) => {
      const file = new MemoryFile();
      const all: number[] = [];
      let longest = 0;
      for (const runs of list) {
        const block = Uint8Array.from(runs.flatMap(({ bytes, value }) => Array(bytes).fill(value)));
        await writeSparsely(file, block);
        for (const byte of block) all.push(byte);
        for (let at = 0; at + PIECE <= block.length; at += PIECE) {
          if (block.subarray(at, at + PIECE).every((byte) => byte === 0)) longest += PIECE;
        }
      }
      assert.equal(sha256(file.bytes), sha256(Uint8Array.from(all)));
      assert.equal(file.written, all.length - longest);
    }),
    { numRuns: 30 },
  );
});

Deno.test({
  name: "a sparse file arrives sparse, to the byte",
  ignore: Deno.build.os === "windows", // its files have no blocks to count
  async fn() {
    await using dir = await tempDir();
    const source = join(dir.path, "disk.img");
    {
      using file = await Deno.open(source, { write: true, createNew: true });
      await file.write(someBytes(300_000));
      await file.seek(90 * MIB, Deno.SeekMode.Start);
      await file.write(someBytes(300_000, 2));
      await file.truncate(200 * MIB);
    }
    const [, received] = await transferAll([source], join(dir.path, "into"));
    const path = received.files[0]?.path ?? "";
    const { size, blocks } = await Deno.stat(path);
    assert.equal(size, 200 * MIB);
    assert.equal(received.files[0]?.sha256, sha256(await Deno.readFile(source)));
    assert.equal(sha256(await Deno.readFile(path)), received.files[0]?.sha256);
    assert.ok((blocks ?? Infinity) * 512 < 2 * MIB, `${blocks} blocks`);
  },
});
