/** `deno doc --lint` over every file of core: each export is documented and typed. @module */
import { fileURLToPath } from "node:url";
import { globSync } from "node:fs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

if (import.meta.main) {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...globSync("core/**/*.ts", { cwd: ROOT }).sort()],
    cwd: ROOT,
  }).spawn().status;
  Deno.exit(code);
}
