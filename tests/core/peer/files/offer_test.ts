import assert from "node:assert/strict";
import { join } from "node:path";
import { MAX_DEPTH } from "../../../../core/peer/files/limits.ts";
import { prepareOffer } from "../../../../core/peer/files/mod.ts";
import {
  formatListPages,
  type ListedFile,
  maxListBytes,
  parseListPage,
} from "../../../../core/peer/files/wire.ts";
import { MAX_JSON_LINE_BYTES } from "../../../../core/peer/links/json_lines.ts";
import { makePipe } from "../../../helpers/pipe.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { someBytes, transferAll, treeOf } from "./helpers.ts";

Deno.test("prepareOffer() takes files and folders, in the order of their names", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(join(dir.path, "photos/empty"), { recursive: true });
  await Deno.writeTextFile(join(dir.path, "photos/b.jpg"), "bb");
  await Deno.writeTextFile(join(dir.path, "photos/a.jpg"), "a");
  await Deno.writeTextFile(join(dir.path, "notes.txt"), "ccc");
  const offer = await prepareOffer([join(dir.path, "photos/"), join(dir.path, "notes.txt")]);
  assert.deepEqual([offer.kind, offer.names, offer.roots, offer.bytes], [
    "files",
    ["photos/", "notes.txt"],
    2,
    6,
  ]);
  assert.deepEqual(offer.files.map(({ path, bytes }) => [path, bytes]), [
    ["photos/a.jpg", 1],
    ["photos/b.jpg", 2],
    ["notes.txt", 3],
  ]);
  assert.deepEqual(offer.folders, ["photos/empty"]);
});

Deno.test("prepareOffer() follows a link that is asked for, and gives it its own name", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(join(dir.path, "target"), "x");
  await Deno.symlink("target", join(dir.path, "link"));
  const offer = await prepareOffer([join(dir.path, "link")]);
  assert.deepEqual([offer.names, offer.bytes], [["link"], 1]);
});

Deno.test("prepareOffer() tells two of the same name apart", async () => {
  await using dir = await tempDir();
  for (const folder of ["a", "b"]) {
    await Deno.mkdir(join(dir.path, folder));
    await Deno.writeTextFile(join(dir.path, folder, "same.txt"), folder);
  }
  const paths = ["a", "b"].map((folder) => join(dir.path, folder, "same.txt"));
  assert.deepEqual((await prepareOffer(paths)).names, ["same.txt", "same (1).txt"]);
});

Deno.test("prepareOffer() leaves out what is not a file and what is too deep", async () => {
  await using dir = await tempDir();
  const root = join(dir.path, "root");
  const deep = join(root, ...Array.from({ length: MAX_DEPTH }, () => "d"));
  await Deno.mkdir(deep, { recursive: true });
  await Deno.writeTextFile(join(deep, "too-deep"), "");
  await makePipe(join(root, "pipe"));
  const offer = await prepareOffer([root]);
  assert.deepEqual(offer.skipped, [
    { source: deep, reason: "too-deep" },
    { source: join(root, "pipe"), reason: "not-a-file" },
  ]);
  assert.deepEqual(offer.files, []);
  assert.equal(offer.folders.length, 1);
});

for (
  const [what, path, facts] of [
    ["is not there", "/no/such/file", { kind: "missing" }],
    ["is a device", "/dev/null", { kind: "not-a-file", fileKind: "device" }],
  ] as const
) {
  Deno.test(`prepareOffer() refuses what ${what}`, async () => {
    await assert.rejects(prepareOffer([path]), {
      problem: { ...facts, source: path },
    });
  });
}

Deno.test("prepareOffer() heeds its signal", async () => {
  await using dir = await tempDir();
  await assert.rejects(prepareOffer([dir.path], { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
});

Deno.test("a list of any names fits into its lines and its caps", () => {
  const files: ListedFile[] = Array.from({ length: 3_000 }, (_, i) => ({
    path: `${i % 2 ? "\u0001".repeat(300) : "é漢".repeat(120)}/${i}`,
    bytes: i,
    mtimeMs: 1 - i,
    executable: i % 3 === 0,
  }));
  const folders = ["a/b", "c"];
  const lines = [...formatListPages({ files, folders })];
  const sizes = lines.map((line) => new TextEncoder().encode(line).length);
  assert.ok(Math.max(...sizes) <= MAX_JSON_LINE_BYTES);
  assert.ok(
    lines.reduce((sum, line) => sum + line.length, 0) <= maxListBytes({ files: 3_000, folders: 2 }),
  );
  const pages = lines.map(parseListPage);
  assert.deepEqual(pages.flatMap((page) => page.files), files);
  assert.deepEqual(pages.flatMap((page) => page.folders), folders);
});

Deno.test("1,000 small files in 50 folders arrive, and a second time beside the first", async () => {
  await using dir = await tempDir();
  const [from, into] = [join(dir.path, "many"), join(dir.path, "into")];
  for (let folder = 0; folder < 50; folder++) {
    await Deno.mkdir(join(from, `d${folder}`), { recursive: true });
    for (let n = 0; n < 20; n++) {
      const path = join(from, `d${folder}`, `f${n}`);
      Deno.writeFileSync(path, someBytes(n * 100 + folder, n + 20 * folder));
    }
  }
  const [, received] = await transferAll([from], into);
  assert.equal(received.files.length, 1000);
  await transferAll([from], into);
  for (const copy of ["many", "many (1)"]) assert.deepEqual(treeOf(join(into, copy)), treeOf(from));
});
