import assert from "node:assert/strict";
import { LineFace } from "../../../../cmd/terminal/lines/line_face.ts";

Deno.test("what is asked for off a terminal is the next line, and no line of its own", async () => {
  await using face = new LineFace({
    input: ReadableStream.from([new TextEncoder().encode("s3cret\nhello\n\n")]),
    write: () => {},
    format: () => undefined,
  });
  assert.equal(await face.askSecret(), "s3cret");
  const lines = await Array.fromAsync(face.lines());
  assert.deepEqual(lines, ["hello", ""].map((text) => ({ text, isText: false })));
  assert.equal(face.outcome, "end-of-input");
});
