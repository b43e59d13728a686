import assert from "node:assert/strict";
import { LineFace } from "../../../cmd/terminal/line_face.ts";

Deno.test("a password that is given twice is not said as a line, later ones are", async () => {
  const written: string[] = [];
  await using face = new LineFace({
    input: ReadableStream.from([new TextEncoder().encode("s3cret\ns3cret\ns3cret\n\n")]),
    write: (text) => written.push(text),
    format: (event) => event.event === "notice" ? event.text : undefined,
  });
  assert.equal(await face.askSecret(), "s3cret");
  assert.deepEqual(await Array.fromAsync(face.lines()), ["s3cret", ""]);
  assert.deepEqual(written, ["The password is read once: its second line is not said\n"]);
});
