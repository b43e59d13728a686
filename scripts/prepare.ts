/** What must be installed before a start that is timed. @module */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Fetches the program's packages, which takes a while on a new machine. */
export async function fetchPackages(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "-q", "main.ts"],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  return success;
}
