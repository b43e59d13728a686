import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../helpers/mod.ts";

Deno.test("the demo plays to its end", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tools", join(ROOT, "scripts/demo.ts")],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
  assert.match(
    decoder.decode(stdout),
    /bob {4}\| .*\[direct\] alice -> bob: Between the two of us/,
  );
  assert.match(decoder.decode(stdout), /decoded, it is 1\.5\d s of 440 Hz/);
});
