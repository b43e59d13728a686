import assert from "node:assert/strict";
import * as fc from "fast-check";
import { messageIds, timeOfId } from "../../core/message_id.ts";

const LAST_TIME = Date.UTC(5000, 0);

Deno.test("timeOfId() gives back the time an id was made with", () => {
  const newId = messageIds();
  fc.assert(fc.property(fc.nat(LAST_TIME), (time) => assert.equal(timeOfId(newId(time)), time)));
});

Deno.test("messageIds() makes no id twice, also for one time and by two makers", () => {
  const makers = [messageIds(), messageIds()];
  const ids = Array.from({ length: 2_000 }, (_, n) => makers[n % 2]!(5));
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("timeOfId() knows no time of what is no id", () => {
  for (const text of ["", "1", "1-2", "-1-2-3", "zzzzzzzzzzzz-1-1", "1-2-3-4", "1 -2-3", "A-b-c"]) {
    assert.equal(timeOfId(text), undefined, text);
  }
  fc.assert(fc.property(fc.string(), (text) => {
    const time = timeOfId(text);
    assert(time === undefined || Number.isSafeInteger(time));
  }));
});
