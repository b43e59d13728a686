import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { styledLines } from "../../scripts/styled_lines.ts";

Deno.test("styledLines() reads colours and looks of a terminal's capture", () => {
  assert.deepEqual(
    styledLines("\x1b[2m10:42\x1b[0m \x1b[38;5;33mamy\x1b[39m: \x1b[1;33m@bob\x1b[22;39m!"),
    [[
      { text: "10:42", style: { dim: true } },
      { text: " ", style: {} },
      { text: "amy", style: { foreground: "#0087ff" } },
      { text: ": ", style: {} },
      { text: "@bob", style: { bold: true, foreground: "#e0b65c" } },
      { text: "!", style: {} },
    ]],
  );
});

Deno.test("styledLines() keeps a style from one line to the next, as tmux prints it", () => {
  assert.deepEqual(styledLines("\x1b[32mone\ntwo\x1b[m\nthree\n\n"), [
    [{ text: "one", style: { foreground: "#8cc265" } }],
    [{ text: "two", style: { foreground: "#8cc265" } }],
    [{ text: "three", style: {} }],
  ]);
});

Deno.test("styledLines() knows all three ways to name a colour, on both sides", () => {
  const colorOf = (codes: string) => styledLines(`\x1b[${codes}mx`)[0]?.[0]?.style;
  assert.deepEqual(colorOf("91"), { foreground: "#ff7b86" });
  assert.deepEqual(colorOf("44"), { background: "#61a8ef" });
  assert.deepEqual(colorOf("100"), { background: "#6b7280" });
  assert.deepEqual(colorOf("38;5;9"), { foreground: "#ff7b86" });
  assert.deepEqual(colorOf("48;5;231"), { background: "#ffffff" });
  assert.deepEqual(colorOf("38;5;232"), { foreground: "#080808" });
  assert.deepEqual(colorOf("38;2;1;2;255;1"), { foreground: "#0102ff", bold: true });
});

Deno.test("styledLines() ignores what names no colour and no look", () => {
  for (
    const codes of ["38;5;256", "38;5", "38;2;1;2", "38;2;1;2;256", "48", "5", "999", "38:5:3"]
  ) {
    assert.deepEqual(styledLines(`\x1b[${codes}mx`), [[{ text: "x", style: {} }]], codes);
  }
});

Deno.test("styledLines() drops other sequences, and keeps the text around them", () => {
  const link = "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x07";
  const text = styledLines(`a\x1b[2Kb\x1b[10;3H\x07c ${link}`)[0]?.map((run) => run.text).join("");
  assert.equal(text, "abc here");
});

Deno.test("styledLines() loses no text, whatever the styles are", () => {
  const sgr = fc.array(fc.integer({ min: 0, max: 260 }), { maxLength: 6 })
    .map((codes) => `\x1b[${codes.join(";")}m`);
  const text = fc.stringMatching(/^[ -~äß日👋\n]*$/u);
  fc.assert(fc.property(fc.array(fc.oneof(sgr, text)), (parts) => {
    const capture = parts.join("");
    const shown = styledLines(capture).map((runs) => runs.map((run) => run.text).join(""));
    assert.equal(shown.join("\n"), stripVTControlCharacters(capture).replace(/\n+$/, ""));
  }));
});
