import assert from "node:assert/strict";
import { complete } from "../../../../cmd/terminal/commands/completion.ts";
import { commands } from "../../../../cmd/terminal/commands/table.ts";

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
