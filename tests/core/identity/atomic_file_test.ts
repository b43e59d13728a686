import assert from "node:assert/strict";
import { join } from "node:path";
import { withFileLock, writeFileAtomic } from "../../../core/identity/atomic_file.ts";
import { tempDir } from "../../helpers/mod.ts";

Deno.test("writeFileAtomic() shows readers the old or the new text, never a part", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "file");
  const texts = ["a", "b", "c"].map((letter) => letter.repeat(200_000));
  await writeFileAtomic(path, texts[0] ?? "", { mode: 0o600 });
  const writing = Promise.all(texts.map((text) => writeFileAtomic(path, text, { mode: 0o600 })));
  const reading = Array.from({ length: 30 }, async () => {
    assert(texts.includes(await Deno.readTextFile(path)));
  });
  await Promise.all([writing, ...reading]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(dir.path), ({ name }) => name), ["file"]);
});

Deno.test("writeFileAtomic() writes through a link, and leaves nothing behind when it fails", async () => {
  await using dir = await tempDir();
  const [target, link] = [join(dir.path, "target"), join(dir.path, "link")];
  await Deno.writeTextFile(target, "old");
  await Deno.symlink(target, link);
  await writeFileAtomic(link, "new", { mode: 0o600 });
  assert.equal(await Deno.readTextFile(target), "new");
  assert((await Deno.lstat(link)).isSymlink);
  await Deno.mkdir(join(dir.path, "folder"));
  await assert.rejects(writeFileAtomic(join(dir.path, "folder"), "x", { mode: 0o600 }));
  const names = await Array.fromAsync(Deno.readDir(dir.path), ({ name }) => name);
  assert.deepEqual(names.sort(), ["folder", "link", "target"]);
});

Deno.test("withFileLock() lets one in at a time, also after a failure, and removes its file", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "file");
  let inside = 0;
  let entered = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, index) =>
      withFileLock(path, async () => {
        entered++;
        assert.equal(++inside, 1);
        await Deno.stat(dir.path);
        inside--;
        if (index % 3 === 0) throw new Error("failed inside");
      })),
  );
  assert.equal(entered, 30);
  assert.equal(results.filter(({ status }) => status === "rejected").length, 10);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(dir.path)), []);
});
