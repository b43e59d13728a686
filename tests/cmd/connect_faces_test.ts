import assert from "node:assert/strict";
import fc from "fast-check";
import type { RoomMessage } from "../../core/client/mod.ts";
import type { ShownEvent } from "../../cmd/terminal/words/shown_event.ts";
import { nickColor, paletteFor } from "../../cmd/terminal/screen/colors.ts";
import { commands } from "../../cmd/terminal/commands/table.ts";
import { complete } from "../../cmd/terminal/commands/completion.ts";
import { formatJsonEvent } from "../../cmd/terminal/json/json_format.ts";
import { formatPlain } from "../../cmd/terminal/lines/plain_format.ts";
import { mentions } from "../../core/client/mod.ts";
import { TerminalFormat } from "../../cmd/terminal/screen/terminal_format.ts";
import { clockTime } from "../../cmd/terminal/words/time_text.ts";
import { InputLines, MAX_INPUT_BYTES } from "../../cmd/terminal/lines/standard_input.ts";

const TIME = "2026-01-02T03:04:05.000Z";
const MESSAGE: RoomMessage = {
  event: "message",
  room: "#lobby",
  from: "bob",
  text: "hi amy",
  id: "m1",
  time: TIME,
  action: false,
  own: false,
  replayed: false,
};
const PRIVATE: Extract<ShownEvent, { event: "private" }> = {
  event: "private",
  from: "amy",
  to: "bob",
  text: "one\ntwo",
  id: "p1",
  time: TIME,
  action: false,
  direct: true,
  own: true,
  replayed: false,
};

Deno.test("formatJson() gives the documented fields and no other", () => {
  const parsed = (event: ShownEvent) => JSON.parse(formatJsonEvent(event) ?? "null");
  const { action: _, ...fields } = MESSAGE;
  assert.deepEqual(parsed(MESSAGE), fields);
  assert.equal(parsed({ ...MESSAGE, action: true }).action, true);
  const { action: _a, own: _o, replayed: _r, ...rest } = PRIVATE;
  assert.deepEqual(parsed(PRIVATE), rest);
  const left: ShownEvent = { event: "left", room: "#a", user: "bob", own: false, reason: "bye" };
  assert.deepEqual(parsed(left), { event: "left", room: "#a", user: "bob" });
  assert.equal(formatJsonEvent({ event: "round-trip", ms: 1 }), undefined);
  const renamed: ShownEvent = { event: "renamed", from: "a1", to: "b1", own: false };
  assert.deepEqual(parsed(renamed), { event: "notice", text: "a1 is b1 now" });
  const song = { kind: "audio", id: "o1", from: "amy", to: "bob", names: ["song.mp3"] } as const;
  assert.deepEqual(
    parsed({ event: "offer", ...song, number: 1, own: false, bytes: undefined }),
    { event: "offer", ...song, number: 1, own: false, bytes: null },
  );
});

Deno.test("formatPlain() gives a line an event, each line of a text with its author", () => {
  const time = clockTime(TIME);
  assert.equal(formatPlain(MESSAGE), `${time} #lobby <bob> hi amy`);
  assert.equal(formatPlain({ ...MESSAGE, action: true }), `${time} #lobby * bob hi amy`);
  assert.equal(
    formatPlain(PRIVATE),
    `${time} [direct] amy -> bob: one\n${time} [direct] amy -> bob: two`,
  );
  assert.match(formatPlain({ ...PRIVATE, direct: false }) ?? "", /\[via server\]/);
});

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

Deno.test("mentions() finds a name as a word of its own", () => {
  for (const text of ["amy: hi", "hi @Amy!", "(AMY)", "amy"]) assert(mentions(text, "amy"), text);
  for (const text of ["tammy", "amy_", "dreamy amyloid", ""]) assert(!mentions(text, "amy"), text);
  assert(mentions("x[a]x [a]", "[a]"));
});

Deno.test("nickColor() is the same for a nickname in every case", () => {
  fc.assert(fc.property(fc.string(), (nick) => {
    assert.equal(nickColor(nick.toLowerCase()), nickColor(nick.toLowerCase().toLowerCase()));
  }));
  assert.equal(nickColor("Amy"), nickColor("aMY"));
});

Deno.test("complete() offers commands, rooms, and people with and without @", () => {
  const sources = {
    rooms: () => ["#lobby", "#tea"],
    people: () => ["bob", "Bill"],
    commands,
    files: { home: "/home/amy", list: () => [{ name: "my notes.txt", isFolder: false }] },
  };
  const offered = (line: string) => complete(line, line.length, sources).candidates;
  assert.deepEqual(offered("/hel"), ["/hello ", "/help "]);
  assert.deepEqual(offered("/join #t"), ["#tea "]);
  assert.deepEqual(offered("/join t"), ["#tea "]);
  assert.deepEqual(offered("/join "), ["#lobby ", "#tea "]);
  assert.deepEqual(offered("/file b"), ["Bill ", "bob "]);
  assert.deepEqual(offered("/file bob my"), ["my\\ notes.txt "]);
  assert.deepEqual(offered("/msg b"), ["Bill ", "bob "]);
  assert.deepEqual(offered("bo"), ["bob: "]);
  assert.deepEqual(offered("ask bo"), ["bob "]);
  assert.deepEqual(offered("hi @b"), ["@Bill ", "@bob "]);
  assert.deepEqual(offered("/help his"), ["history "]);
  assert.deepEqual(offered(""), []);
});

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
