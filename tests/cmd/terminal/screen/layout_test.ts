import assert from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import {
  fitWidth,
  inColumns,
  layoutInput,
  LINE_BREAK,
  wrapWords,
} from "../../../../cmd/terminal/screen/layout.ts";

Deno.test("layoutInput() breaks between characters, and puts the cursor where the next one goes", () => {
  const layout = layoutInput({ prompt: "> ", text: "abcdef", cursor: 4 }, 6, 10);
  assert.deepEqual(layout, { rows: ["> abcd", "ef"], cursorRow: 1, cursorColumn: 0 });
});

Deno.test("layoutInput() gives the cursor a row of its own behind a full row", () => {
  const layout = layoutInput({ prompt: "> ", text: "abcd", cursor: 4 }, 6, 10);
  assert.deepEqual(layout, { rows: ["> abcd", ""], cursorRow: 1, cursorColumn: 0 });
});

Deno.test("layoutInput() never cuts a wide character in two", () => {
  const layout = layoutInput({ prompt: "", text: "日本語", cursor: 3 }, 5, 10);
  assert.deepEqual(layout, { rows: ["日本", "語"], cursorRow: 1, cursorColumn: 2 });
});

Deno.test("layoutInput() shows the rows around the cursor when there are too many", () => {
  const input = { prompt: "", text: "abcdefghi", cursor: 0 };
  assert.deepEqual(layoutInput(input, 3, 2).rows, ["abc", "def"]);
  assert.deepEqual(layoutInput({ ...input, cursor: 7 }, 3, 2).rows, ["def", "ghi"]);
});

Deno.test("layoutInput() draws line breaks and control characters as signs", () => {
  const text = `a${LINE_BREAK}b\x1b`;
  assert.deepEqual(layoutInput({ prompt: "", text, cursor: 0 }, 20, 2).rows, ["a↵b\ufffd"]);
});

Deno.test("layoutInput() stays within its columns and rows, whatever is typed", () => {
  const typed = fc.string({ unit: "grapheme", maxLength: 60 });
  const numbers = fc.tuple(fc.integer({ min: 2, max: 90 }), fc.integer({ min: 1, max: 6 }));
  fc.assert(
    fc.property(typed, typed, fc.nat(60), numbers, (prompt, text, at, [columns, maxRows]) => {
      const cursor = Math.min(at, text.length);
      const { rows, cursorRow, cursorColumn } = layoutInput(
        { prompt, text, cursor },
        columns,
        maxRows,
      );
      assert.ok(rows.length >= 1 && rows.length <= maxRows);
      for (const row of rows) assert.ok(stringWidth(row) <= columns, JSON.stringify(row));
      assert.ok(cursorRow >= 0 && cursorRow < rows.length);
      assert.ok(cursorColumn >= 0 && cursorColumn <= columns);
    }),
  );
});

Deno.test("fitWidth() keeps colours, and ends them where it cuts", () => {
  assert.equal(fitWidth("\x1b[31mabc\x1b[0m", 3), "\x1b[31mabc\x1b[0m");
  assert.equal(fitWidth("\x1b[31mabcd\x1b[0m", 3), "\x1b[31mabc\x1b[0m");
  assert.equal(fitWidth("日本語", 5), "日本\x1b[0m");
});

Deno.test("inColumns() sets as many side by side as fit", () => {
  assert.deepEqual(inColumns(["a", "bb", "日本"], 13), ["a     bb", "日本"]);
});

Deno.test("wrapWords() breaks between words, and lets the rows stand under the second word", () => {
  const line = "06:14 amy: shall we meet at the usual place around noon?";
  assert.deepEqual(wrapWords(line, 30), [
    "06:14 amy: shall we meet at",
    "      the usual place around",
    "      noon?",
  ]);
  assert.deepEqual(wrapWords("Connected to a server with a long name.example:9000", 30), [
    "Connected to a server with a",
    "long name.example:9000",
  ]);
  const address = `http://example.org/${"a".repeat(40)}`;
  assert.deepEqual(wrapWords(`- ${address}`, 30), [`- ${address}`]);
});

Deno.test("wrapWords() keeps a colour through all rows of it", () => {
  const rows = wrapWords(`\x1b[2m06:14 ${"word ".repeat(12)}end\x1b[22m`, 40);
  assert.equal(rows.length, 2);
  for (const row of rows) assert(row.includes("\x1b[2m"), JSON.stringify(row));
});

Deno.test("wrapWords() loses no word, and makes no row wider than asked for but by one word", () => {
  const words = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }))
    .map((all) => all.map((word) => word.normalize().replace(/[\s\p{Cc}]/gu, "x")));
  fc.assert(fc.property(words, fc.integer({ min: 30, max: 90 }), (all, columns) => {
    const rows = wrapWords(all.join(" "), columns);
    assert.deepEqual(rows.join(" ").split(" ").filter((word) => word !== ""), all);
    for (const row of rows) {
      assert(stringWidth(row) <= columns || !row.trimStart().includes(" "), row);
    }
  }));
});
