/** A folder that is gone when the test is over. @module */

/** Makes an empty folder; `await using` removes it with all that is in it. */
export async function tempDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "chat-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
