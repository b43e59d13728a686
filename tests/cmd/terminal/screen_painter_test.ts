import assert from "node:assert/strict";
import { type Area, Painter } from "../../../cmd/terminal/screen_painter.ts";

const SIZE = { columns: 80, rows: 24 };

function areaWith(text: string): Area {
  return { status: "amy on localhost", prompt: "> ", text, cursor: text.length };
}

Deno.test("Painter draws lines and area as one update, and nothing when nothing has changed", () => {
  const painter = new Painter();
  const first = painter.paint(["bob: hi"], areaWith("half a sent"), SIZE);
  assert.match(first, /^\x1b\[\?2026h[^]*bob: hi[^]*half a sent[^]*\x1b\[\?2026l$/);
  assert.equal(first.split("\x1b[?2026").length, 3);
  assert.equal(painter.paint([], areaWith("half a sent"), SIZE), "");
  assert.notEqual(painter.paint([], areaWith("half a sentence"), SIZE), "");
});
