import assert from "node:assert/strict";
import fc from "fast-check";
import { splitFfmpegWords } from "../../../core/media/words.ts";

Deno.test("splitWords() splits as a shell does", () => {
  const lines: [string, string[]][] = [
    ["", []],
    ["  a\t b  ", ["a", "b"]],
    ["'' \"\"", ["", ""]],
    [`a' b'c"d e"\\ f`, ["a bcd e f"]],
    [`'\\"' "\\n\\"\\\\"`, ['\\"', '\\n"\\']],
    ["$HOME `id` *.mp3", ["$HOME", "`id`", "*.mp3"]],
  ];
  for (const [line, words] of lines) assert.deepEqual(splitFfmpegWords(line), words, line);
});

Deno.test("splitWords() gives back quoted words", () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(fc.property(fc.array(fc.string()), (words) => {
    assert.deepEqual(splitFfmpegWords(words.map(quoted).join(" ")), words);
  }));
});

Deno.test("splitWords() refuses what a shell would wait for", () => {
  for (const line of ["'a", '"a', "a\\", '"a\\']) {
    assert.throws(() => splitFfmpegWords(line), { name: "MediaError", fault: "bad-source" }, line);
  }
});
