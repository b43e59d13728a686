/** What tests of `chat serve` share. @module */
import { join } from "node:path";

/** The values of `--tls-engine`. */
export const ENGINES = ["node", "deno"] as const;

/** The flags of a server with all its files in `dir`. */
export function filesIn(dir: string): string[] {
  return ["--host", "127.0.0.1", "--certs", join(dir, "certs"), "--data", join(dir, "data")];
}
