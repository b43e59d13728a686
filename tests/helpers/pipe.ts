/** Named pipes. @module */
import assert from "node:assert/strict";

/** Makes a named pipe, and gives its path. */
export async function makePipe(path: string): Promise<string> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert.ok(success);
  return path;
}
