import assert from "node:assert/strict";
import { type Area, Painter } from "../../../../cmd/terminal/screen/painter.ts";

const SIZE = { columns: 80, rows: 24 };
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

function areaWith(text: string): Area {
  return { status: "amy on localhost", prompt: "> ", text, cursor: text.length };
}

Deno.test("Painter draws lines and area as one update, and nothing when nothing has changed", () => {
  const painter = new Painter();
  const first = painter.paint(["bob: hi"], areaWith("half a sent"), SIZE);
  assert.deepEqual([first.lastIndexOf(BEGIN), first.indexOf(END)], [0, first.length - END.length]);
  assert.match(first, /bob: hi[^]*half a sent/);
  assert.equal(painter.paint([], areaWith("half a sent"), SIZE), "");
  assert.notEqual(painter.paint([], areaWith("half a sentence"), SIZE), "");
});
