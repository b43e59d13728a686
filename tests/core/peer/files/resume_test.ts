import assert from "node:assert/strict";
import { basename, join } from "node:path";
import fc from "fast-check";
import { MIN_CHUNK_BYTES } from "../../../../core/peer/files/limits.ts";
import { prepareOffer, TransferError } from "../../../../core/peer/files/mod.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import {
  sha256,
  someBytes,
  transfer,
  transferAll,
  type TransferOptions,
  treeOf,
} from "./helpers.ts";

const CHUNK = MIN_CHUNK_BYTES;
const BIG = 3 * CHUNK + 12_345;
/** More than the offer, its list and the heads of the frames take. */
const OVERHEAD = 8_000;

/** A folder to send, with a file of three chunks and a bit, and a place to receive into. */
async function scene() {
  const dir = await tempDir();
  const [from, into] = [join(dir.path, "from"), join(dir.path, "into")];
  await Deno.mkdir(join(from, "sub"), { recursive: true });
  await Deno.mkdir(into);
  await Deno.writeFile(join(from, "big.bin"), someBytes(BIG));
  for (let i = 0; i < 20; i++) await Deno.writeFile(join(from, `a${i}`), someBytes(1000 * i, i));
  for (let i = 0; i < 20; i++) await Deno.writeFile(join(from, `sub/z${i}`), someBytes(999 * i, i));
  return {
    dir,
    from,
    into,
    big: join(from, "big.bin"),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

async function cut(path: string, into: string, cutBytes: number, options: TransferOptions = {}) {
  const offer = await prepareOffer([path]);
  const [sent, received] = await transfer(offer, into, { ...options, cutBytes });
  for (const side of [sent, received]) {
    assert.equal(side.status, "rejected");
    assert.ok(side.reason instanceof TransferError, String(side.reason));
    assert.equal(side.reason.fault, "lost");
  }
}

/** Receives the rest, and says how many bytes went over the link. */
async function resume(path: string, into: string, options: TransferOptions = {}): Promise<number> {
  let bytes = 0;
  await transferAll([path], into, { ...options, onBytes: (count) => bytes += count });
  return bytes;
}

Deno.test("a file cut at any byte goes on with its last whole chunk when offered again", async () => {
  await using s = await scene();
  const expected = treeOf(s.from)["big.bin"];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 * CHUNK + 12_000 }), async (cutBytes) => {
      await Deno.remove(s.into, { recursive: true });
      await Deno.mkdir(s.into);
      await cut(s.big, s.into, cutBytes);
      const before = [...Deno.readDirSync(s.into)].map((entry) => entry.name).sort();
      const kept = BIG - await resume(s.big, s.into);
      // What is in flight at the cut may be lost; a chunk that was verified is not.
      const atMost = Math.floor(cutBytes / CHUNK) * CHUNK;
      assert.ok(
        kept <= atMost && kept > atMost - 2 * CHUNK - OVERHEAD,
        `${kept} kept of ${cutBytes}`,
      );
      if (kept > 0) assert.deepEqual(before, ["big.bin.part", "big.bin.part.map"]);
      else assert.deepEqual(before, []);
      assert.deepEqual(treeOf(s.into), { "big.bin": expected });
    }),
    { numRuns: 12, examples: [[1], [400], [CHUNK], [CHUNK + 1000], [2 * CHUNK + 2000]] },
  );
});

Deno.test("a folder cut at any byte goes on with the files that are missing", async () => {
  await using s = await scene();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 * CHUNK + 350_000 }), async (cutBytes) => {
      await Deno.remove(s.into, { recursive: true });
      await Deno.mkdir(s.into);
      await cut(s.from, s.into, cutBytes);
      await resume(s.from, s.into);
      assert.deepEqual(treeOf(join(s.into, "from")), treeOf(s.from));
      assert.deepEqual([...Deno.readDirSync(s.into)].length, 1);
    }),
    { numRuns: 10 },
  );
});

Deno.test("a transfer cut again and again comes to its end", async () => {
  await using s = await scene();
  for (let n = 0; n < 4; n++) await cut(s.from, s.into, CHUNK + 600_000).catch(() => {});
  await resume(s.from, s.into);
  assert.deepEqual(treeOf(join(s.into, "from")), treeOf(s.from));
});

Deno.test("with a saved hash state, only the last chunk is read again", async () => {
  await using s = await scene();
  const options = { send: { savedStateBytes: 0 }, accept: { savedStateBytes: 0 } };
  await cut(s.big, s.into, 2 * CHUNK + 100_000, options);
  const part = join(s.into, "big.bin.part");
  // Nobody looks at the first chunk again: this damage stays, as it would on a disk gone bad.
  await flip(part, 5);
  assert.ok(await resume(s.big, s.into, options) < BIG - 2 * CHUNK + OVERHEAD);
  const bytes = await Deno.readFile(join(s.into, "big.bin"));
  assert.deepEqual(bytes.subarray(6), someBytes(BIG).subarray(6));
});

Deno.test("with a saved hash state, a damaged last chunk is noticed", async () => {
  await using s = await scene();
  const options = { send: { savedStateBytes: 0 }, accept: { savedStateBytes: 0 } };
  await cut(s.big, s.into, 2 * CHUNK + 100_000, options);
  await flip(join(s.into, "big.bin.part"), CHUNK + 5);
  assert.ok(await resume(s.big, s.into, options) < BIG - CHUNK + OVERHEAD);
  assert.deepEqual(treeOf(s.into), { "big.bin": treeOf(s.from)["big.bin"] });
});

for (const [what, at, keptChunks] of [["first", 5, 0], ["second", CHUNK + 5, 1]] as const) {
  Deno.test(`a part damaged in its ${what} chunk is kept up to there`, async () => {
    await using s = await scene();
    await cut(s.big, s.into, 2 * CHUNK + 100_000);
    await flip(join(s.into, "big.bin.part"), at);
    const kept = BIG - await resume(s.big, s.into);
    assert.ok(Math.abs(kept - keptChunks * CHUNK) < OVERHEAD, `${kept}`);
    assert.deepEqual(treeOf(s.into), { "big.bin": treeOf(s.from)["big.bin"] });
  });
}

for (const savedStateBytes of [0, Infinity]) {
  Deno.test(`a source changed since the cut is sent from where it agrees (${savedStateBytes})`, async () => {
    await using s = await scene();
    const options = { send: { savedStateBytes }, accept: { savedStateBytes } };
    await cut(s.big, s.into, 2 * CHUNK + 100_000, options);
    await flip(s.big, CHUNK + 7);
    const kept = BIG - await resume(s.big, s.into, options);
    assert.ok(Math.abs(kept - CHUNK) < OVERHEAD, `${kept}`);
    assert.deepEqual(treeOf(s.into), { "big.bin": treeOf(s.from)["big.bin"] });
  });

  Deno.test(`a source that became shorter is sent from where it agrees (${savedStateBytes})`, async () => {
    await using s = await scene();
    const options = { send: { savedStateBytes }, accept: { savedStateBytes } };
    await cut(s.big, s.into, 3 * CHUNK + 10_000, options);
    await Deno.truncate(s.big, 2 * CHUNK);
    const kept = 2 * CHUNK - await resume(s.big, s.into, options);
    assert.ok(Math.abs(kept - CHUNK) < OVERHEAD, `${kept}`);
    assert.deepEqual(treeOf(s.into), { "big.bin": treeOf(s.from)["big.bin"] });
  });
}

Deno.test("a map whose last line is cut off, or that is not a map, does no harm", async () => {
  await using s = await scene();
  await cut(s.big, s.into, 2 * CHUNK + 100_000);
  const map = join(s.into, "big.bin.part.map");
  const text = await Deno.readTextFile(map);
  await Deno.writeTextFile(map, text.slice(0, -20));
  const kept = BIG - await resume(s.big, s.into);
  assert.ok(Math.abs(kept - CHUNK) < OVERHEAD, `${kept}`);
  for (const garbage of ["", "{}", "\n\n", "[1]\n", `${text.split("\n")[0]}\n{"check":1}\n`]) {
    await Deno.writeTextFile(join(s.into, "big.bin.part"), "not ours");
    await Deno.writeTextFile(map, garbage);
    await resume(s.big, s.into);
    assert.equal(await Deno.readTextFile(join(s.into, "big.bin.part")), "not ours");
  }
  const names = [...Deno.readDirSync(s.into)].map(({ name }) => name).sort();
  assert.ok(names.includes("big (5).bin"), names.join());
});

Deno.test("a part of somebody else is neither used nor touched", async () => {
  await using s = await scene();
  await cut(s.big, s.into, 2 * CHUNK + 100_000);
  const bytes = await resume(s.big, s.into, { accept: { peer: "mallory" } });
  assert.ok(bytes >= BIG);
  const names = [...Deno.readDirSync(s.into)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["big.bin", "big.bin.part", "big.bin.part.map"]);
  assert.ok(await resume(s.big, s.into) < BIG - CHUNK);
  const after = [...Deno.readDirSync(s.into)].map(({ name }) => name).sort();
  assert.deepEqual(after, ["big (1).bin", "big.bin"]);
});

Deno.test("several files cut at any byte go on with those that are missing", async () => {
  await using s = await scene();
  const paths = Array.from({ length: 12 }, (_, i) => join(s.from, `a${i + 5}`));
  const total = (await prepareOffer(paths)).bytes;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: total }), async (cutBytes) => {
      await Deno.remove(s.into, { recursive: true });
      await Deno.mkdir(s.into);
      await Deno.writeTextFile(join(s.into, "a7"), "was here before");
      await transfer(await prepareOffer(paths), s.into, { cutBytes });
      const [, received] = await transferAll(paths, s.into);
      assert.equal(received.files.length, 12);
      const expected = Object.fromEntries(
        received.files.map(({ path, sha256 }) => [basename(path), sha256]),
      );
      const { a7, ...tree } = treeOf(s.into);
      assert.deepEqual(tree, expected);
      assert.equal(tree["a7 (1)"], treeOf(s.from)["a7"]);
      assert.equal(a7, sha256(new TextEncoder().encode("was here before")));
    }),
    { numRuns: 25 },
  );
});

Deno.test("a file that was complete at the cut, and is changed since, is sent once more", async () => {
  await using s = await scene();
  const paths = [join(s.from, "a3"), s.big];
  await transfer(await prepareOffer(paths), s.into, { cutBytes: CHUNK + 300_000 });
  await Deno.writeTextFile(join(s.from, "a3"), "new");
  await transferAll(paths, s.into);
  assert.equal(await Deno.readTextFile(join(s.into, "a3 (1)")), "new");
  assert.deepEqual(Object.keys(treeOf(s.into)).sort(), ["a3", "a3 (1)", "big.bin"]);
});

Deno.test("what the first attempt brought and the second does not offer is not in the folder", async () => {
  await using s = await scene();
  await cut(s.from, s.into, CHUNK + 300_000);
  await Deno.remove(join(s.from, "a7"));
  await Deno.writeTextFile(join(s.from, "a8"), "changed");
  await Deno.mkdir(join(s.from, "a9-is-a-folder-now"));
  await resume(s.from, s.into);
  assert.deepEqual(treeOf(join(s.into, "from")), treeOf(s.from));
});

Deno.test("a link planted in a part does not lead out of it", async () => {
  await using s = await scene();
  await cut(s.from, s.into, CHUNK + 300_000);
  const outside = join(s.dir.path, "outside");
  await Deno.mkdir(outside);
  await Deno.symlink(outside, join(s.into, "from.part/sub"));
  const [, received] = await transfer(await prepareOffer([s.from]), s.into);
  assert.equal(received.status, "fulfilled");
  assert.deepEqual([...Deno.readDirSync(outside)], []);
});

async function flip(path: string, at: number): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.seek(at, Deno.SeekMode.Start);
  await file.read(byte);
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(byte.map((one) => one ^ 1));
}
