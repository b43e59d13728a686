import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { foldsNames } from "../../../../core/peer/files/disk.ts";
import { MIN_CHUNK_BYTES, SMALL_FILE_BYTES } from "../../../../core/peer/files/limits.ts";
import { prepareOffer } from "../../../../core/peer/files/mod.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { sha256, someBytes, transferAll, treeOf } from "./helpers.ts";

Deno.test("a file arrives with its SHA-256, whatever its size", async () => {
  await using dir = await tempDir();
  const [from, into] = [join(dir.path, "from"), join(dir.path, "into")];
  await Deno.mkdir(from);
  const edges = [0, 1, SMALL_FILE_BYTES, 1024 * 1024, MIN_CHUNK_BYTES, 2 * MIN_CHUNK_BYTES];
  const sizes = [...new Set(edges.flatMap((size) => [Math.max(0, size - 1), size, size + 1]))];
  for (const size of sizes) {
    const bytes = someBytes(size);
    const path = join(from, `${size}.bin`);
    await Deno.writeFile(path, bytes);
    const [sent, received] = await transferAll([path], into);
    const file = { bytes: size, sha256: sha256(bytes) };
    assert.deepEqual(sent.files, [{ path: `${size}.bin`, source: path, ...file }]);
    assert.deepEqual(received.files, [{ path: join(into, `${size}.bin`), ...file }]);
  }
  assert.deepEqual(treeOf(into), treeOf(from));
});

Deno.test("a folder arrives with all that is in it, links left out", async () => {
  await using dir = await tempDir();
  const [from, into] = [join(dir.path, "фото 📷"), join(dir.path, "into")];
  await Deno.mkdir(join(from, "a/b/c"), { recursive: true });
  await Deno.mkdir(join(from, "empty/inner"), { recursive: true });
  await Deno.writeTextFile(join(from, "a/b/c/größe.txt"), "x");
  await Deno.writeTextFile(join(from, ".hidden"), "y");
  await Deno.writeFile(join(from, "big"), someBytes(MIN_CHUNK_BYTES + 5));
  await Deno.writeTextFile(join(from, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  const expected = treeOf(dir.path);
  await Deno.symlink("/etc/passwd", join(from, "link"));
  const offer = await prepareOffer([from]);
  assert.deepEqual(offer.skipped, [
    { source: join(from, "link"), reason: "link", target: "/etc/passwd" },
  ]);
  const [, received] = await transferAll([from], into);
  assert.deepEqual(treeOf(into), expected);
  assert.deepEqual(received.roots, [join(into, "фото 📷")]);
});

Deno.test("a received file never keeps the sender's executable bit, nor any other of its mode", async () => {
  await using dir = await tempDir();
  const into = join(dir.path, "into");
  await Deno.mkdir(join(dir.path, "tools"));
  const sources = [join(dir.path, "run.sh"), join(dir.path, "large"), join(dir.path, "tools/run")];
  for (const [index, source] of sources.entries()) {
    await Deno.writeFile(source, someBytes(index === 1 ? 3_000_000 : 100));
    await Deno.chmod(source, 0o6755);
  }
  await Deno.mkdir(into);
  await transferAll([sources[0]!, sources[1]!, join(dir.path, "tools")], into);
  const plain = join(dir.path, "plain");
  await Deno.writeTextFile(plain, "");
  const { mode } = await Deno.stat(plain);
  for (const name of ["run.sh", "large", "tools/run"]) {
    assert.equal((await Deno.stat(join(into, name))).mode, mode, name);
  }
});

Deno.test("names that differ only in case or form arrive as they are where the file system keeps them apart", async () => {
  await using dir = await tempDir();
  const [from, into] = [join(dir.path, "from"), join(dir.path, "into")];
  await Deno.mkdir(join(from, "Sub"), { recursive: true });
  await Deno.mkdir(into);
  if (foldsNames(into)) return; // the test that SafePaths numbers them is in safe_path_test.ts
  const names = ["a", "A", "\u00e9", "e\u0301", "Sub/x", "sub"];
  for (const name of names) await Deno.writeTextFile(join(from, name), name);
  const [, received] = await transferAll([from], into);
  for (const name of names) assert.equal(await Deno.readTextFile(join(into, "from", name)), name);
  assert.deepEqual(received.renamed, []);
});

Deno.test("a name that cannot be kept is reported, once for a folder", async () => {
  await using dir = await tempDir();
  const [from, into] = [join(dir.path, ".from"), join(dir.path, "into")];
  await Deno.mkdir(from);
  for (const name of ["nul.txt", "plain"]) await Deno.writeTextFile(join(from, name), name);
  await Deno.mkdir(into);
  const [, received] = await transferAll([from], into);
  const folder = await Deno.realPath(join(into, "_from"));
  assert.deepEqual(received.renamed, [
    { offered: ".from/nul.txt", path: join(folder, "_nul.txt") },
    { offered: ".from", path: folder },
  ]);
  const again = await transferAll([join(from, "plain")], into);
  assert.deepEqual(again[1].renamed, []);
  const taken = await transferAll([join(from, "plain")], into);
  assert.deepEqual(taken[1].renamed, [
    { offered: "plain", path: join(dirname(folder), "plain (1)") },
  ]);
});
