import assert from "node:assert/strict";
import { join } from "node:path";
import { VERSION } from "../../core/ground/version.ts";
import { checksums, RELEASE_TARGETS, releaseFile } from "../../scripts/release.ts";
import { ROOT, tempDir } from "../helpers/mod.ts";

Deno.test("a release's files carry version and system, and Windows' its ending", () => {
  assert.equal(releaseFile("linux-arm64"), `chat-${VERSION}-linux-arm64`);
  assert.equal(releaseFile("windows-x64"), `chat-${VERSION}-windows-x64.exe`);
});

Deno.test("checksums() writes what sha256sum checks", async () => {
  await using folder = await tempDir();
  const files = ["chat-linux", "chat-macos"].map((name) => join(folder.path, name));
  for (const file of files) await Deno.writeTextFile(file, file.repeat(10_000));
  await Deno.writeTextFile(join(folder.path, "SHA256SUMS"), await checksums(files));
  const check = () =>
    new Deno.Command("sha256sum", { args: ["--check", "--strict", "SHA256SUMS"], cwd: folder.path })
      .output();
  assert.ok((await check()).success);
  await Deno.writeTextFile(files[1]!, "changed");
  assert.ok(!(await check()).success);
});

Deno.test("the release workflow starts the file of every system it can", async () => {
  const workflow = await Deno.readTextFile(join(ROOT, ".github/workflows/release.yml"));
  const started = [...workflow.matchAll(/system: ([a-z0-9-]+)/g)].map(([, system]) => system);
  assert.deepEqual(started.toSorted(), Object.keys(RELEASE_TARGETS).toSorted());
});
