import assert from "node:assert/strict";
import { obstacle } from "../../bench/peers.ts";
import { ROOT, tempDir } from "../helpers/mod.ts";

Deno.test("deno task bench prints a table, and says when it cannot compare", async () => {
  await using empty = await tempDir();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tools", "bench/run.ts", "--quick"],
    cwd: ROOT,
    env: { CHAT_BENCH_GENERATOR: empty.path },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  for (const what of ["20 users, 1 sends", "20 users, all send", "p99", "memory of each"]) {
    assert.match(text, new RegExp(`^\\| .*${what}.* \\|\\s+\\S.* \\|$`, "m"));
  }
  assert.match(text, /^Not compared with other servers: there is no load generator in /m);
});

Deno.test("obstacle() names what is missing", async () => {
  await using folder = await tempDir();
  assert.match(await obstacle(folder.path) ?? "", /fanout\.c is missing.*--generator DIR/);
});
