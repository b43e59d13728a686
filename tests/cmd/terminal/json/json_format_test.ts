import assert from "node:assert/strict";
import { formatJsonEvent } from "../../../../cmd/terminal/json/json_format.ts";
import type { ShownEvent } from "../../../../cmd/terminal/words/shown_event.ts";
import { MESSAGE, PRIVATE } from "../fixtures/events.ts";

Deno.test("formatJsonEvent() gives the documented fields and no other", () => {
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
