import assert from "node:assert/strict";
import { join } from "node:path";
import { readMotd } from "../../../cmd/serve/motd.ts";
import { tempDir } from "../../helpers/mod.ts";

Deno.test("readMotd() gives lines that fit an IRC line, and loses nothing", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "motd");
  const long = "a" + "日本語😀".repeat(100);
  await Deno.writeTextFile(path, `hello\n\n${long}\n\x1b[31mbye\n`);
  const lines = await readMotd(path);
  for (const line of lines) {
    assert(new TextEncoder().encode(line).length <= 400, line);
    assert(line.isWellFormed());
  }
  assert.deepEqual(lines.slice(0, 2), ["hello", ""]);
  assert.equal(lines.slice(2, -1).join(""), long);
  assert.equal(lines.at(-1), "\ufffd[31mbye");
});
