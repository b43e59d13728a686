/** What must be there before the program is started against the clock. @module */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Fetches the program's packages, which takes a while on a machine that has none of them. */
export async function fetchPackages(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "-q", "main.ts"],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  return success;
}
