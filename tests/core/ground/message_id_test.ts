import assert from "node:assert/strict";
import * as fc from "fast-check";
import { messageIds, stampOfId } from "../../../core/ground/message_id.ts";

const LAST_TIME = Date.UTC(5000, 0);

const times = fc.array(fc.nat(LAST_TIME));

Deno.test("stampOfId() gives back the latest time there was, however the clock is set", () => {
  fc.assert(fc.property(fc.nat(LAST_TIME), times, (lastStamp, times) => {
    const newId = messageIds(lastStamp);
    let latest = lastStamp;
    for (const time of times) {
      latest = Math.max(latest, time);
      assert.equal(stampOfId(newId(time)), latest);
    }
  }));
});

Deno.test("messageIds() makes no id twice, also for one time and by two makers", () => {
  const makers = [messageIds(), messageIds()];
  const ids = Array.from({ length: 2_000 }, (_, n) => makers[n % 2]!(5));
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("stampOfId() returns nothing for what is not an id", () => {
  for (const text of ["", "1", "1-2", "-1-2-3", "zzzzzzzzzzzz-1-1", "1-2-3-4", "1 -2-3", "A-b-c"]) {
    assert.equal(stampOfId(text), undefined, text);
  }
  fc.assert(fc.property(fc.string(), (text) => {
    const time = stampOfId(text);
    assert(time === undefined || Number.isSafeInteger(time));
  }));
});
