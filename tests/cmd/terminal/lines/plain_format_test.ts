import assert from "node:assert/strict";
import { formatPlain } from "../../../../cmd/terminal/lines/plain_format.ts";
import { clockTime } from "../../../../cmd/terminal/words/time_text.ts";
import { MESSAGE, PRIVATE, TIME } from "../fixtures/events.ts";

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
