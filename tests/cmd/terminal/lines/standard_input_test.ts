import assert from "node:assert/strict";
import { InputLines, MAX_INPUT_BYTES } from "../../../../cmd/terminal/lines/standard_input.ts";

Deno.test("InputLines", async (t) => {
  const linesOf = async (...chunks: Uint8Array[]) => {
    const input = new InputLines(ReadableStream.from(chunks));
    const lines: string[] = [];
    for (let line; (line = await input.next()) !== undefined;) lines.push(line);
    await input.close();
    return lines;
  };

  await t.step(
    "gives the same lines however the bytes are cut, also the last one without its end",
    async () => {
      const bytes = new TextEncoder().encode("one\r\ntwö\n\nlast");
      for (let cut = 0; cut <= bytes.length; cut++) {
        const lines = await linesOf(bytes.slice(0, cut), bytes.slice(cut));
        assert.deepEqual(lines, ["one", "twö", "", "last"]);
      }
    },
  );

  await t.step("cuts a line that is too long", async () => {
    const [line] = await linesOf(new Uint8Array(MAX_INPUT_BYTES + 10).fill(97));
    assert.equal(line?.length, MAX_INPUT_BYTES);
  });
});
