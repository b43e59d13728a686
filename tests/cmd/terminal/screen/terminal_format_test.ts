import assert from "node:assert/strict";
import { paletteFor } from "../../../../cmd/terminal/screen/colors.ts";
import { TerminalFormat } from "../../../../cmd/terminal/screen/terminal_format.ts";
import { MESSAGE, PRIVATE } from "../fixtures/events.ts";

Deno.test("TerminalFormat", async (t) => {
  const format = (noColor?: string) =>
    new TerminalFormat({ palette: paletteFor(noColor), nick: () => "amy", room: () => "#lobby" });

  await t.step("highlights a line that names us", () => {
    const [, line = ""] = format().lines(MESSAGE);
    assert(line.includes("\x1b[1;33mhi amy"));
  });

  await t.step("writes no escape code under NO_COLOR", () => {
    const lines = [MESSAGE, PRIVATE].flatMap((event) => format("1").lines(event));
    assert(!lines.join("").includes("\x1b"));
  });

  await t.step("tells when the day changes, once", () => {
    const lines = format("1");
    assert.equal(lines.lines(MESSAGE)[0], "-- 2026-01-02 --");
    assert.equal(lines.lines(MESSAGE).length, 1);
    assert.equal(lines.lines({ ...MESSAGE, time: "2026-01-04T12:00:00Z" })[0], "-- 2026-01-04 --");
  });

  await t.step("names the room of a line from elsewhere, and marks how a private line went", () => {
    const elsewhere = format("1").lines({ ...MESSAGE, room: "#tea" }).at(-1);
    assert.match(elsewhere ?? "", / #tea bob: hi amy$/);
    assert.match(format("1").lines(PRIVATE).at(-1) ?? "", /\[direct\] to bob: two ✓$/);
    assert.match(
      format("1").lines({ ...PRIVATE, direct: false }).at(-1) ?? "",
      /\[via server\] to bob/,
    );
  });
});
