import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  NEW_SASL_MESSAGE,
  SASL_CHUNK,
  saslLines,
  type SaslMessage,
  stepSaslMessage,
} from "../../../../../../core/server/doors/irc/session/sasl_message.ts";

const FULL = "A".repeat(SASL_CHUNK);

function take(lines: readonly string[], from: SaslMessage = NEW_SASL_MESSAGE) {
  let message = from;
  const acts = lines.map((line) => {
    const step = stepSaslMessage(message, line);
    message = step.message;
    return step.act;
  });
  return { message, acts };
}

Deno.test("stepSaslMessage() gives back what saslLines() wrote, one message after another", () => {
  const text = fc.string({ unit: "binary", maxLength: 500 });
  fc.assert(fc.property(text, text, (first, second) => {
    const { acts } = take([...saslLines(first), ...saslLines(second)]);
    const taken = acts.flatMap((act) => act.act === "take" ? act.text : []);
    assert.deepEqual(taken, [first, second]);
  }));
});

Deno.test("a line that is too long, or no base64 of UTF-8, ends the message", () => {
  for (
    const [line, fault] of [["A".repeat(401), "line-too-long"], ["$", "not-text"], [
      "/w==",
      "not-text",
    ]]
  ) {
    const { message, acts } = take([line!]);
    assert.deepEqual(acts, [{ act: "refuse", fault }]);
    assert.equal(message.at, "over");
  }
});

Deno.test("a message that is too long is ignored up to its end", () => {
  const { message, acts } = take([...Array(8).fill(FULL), FULL, "AAAA"]);
  assert.deepEqual(acts[7], { act: "refuse", fault: "message-too-long" });
  assert.deepEqual(acts.slice(8), [{ act: "nothing" }, { act: "nothing" }]);
  assert.equal(message.at, "over");
});

Deno.test("a message whose last line makes it too long is over with that line", () => {
  const { message, acts } = take([...Array(7).fill(FULL), "AAAA"]);
  assert.deepEqual(acts.at(-1), { act: "refuse", fault: "message-too-long" });
  assert.equal(message.at, "over");
});

Deno.test("whatever comes, a message is refused once, and nothing is taken after that", () => {
  const line = fc.oneof(fc.constant(FULL), fc.constant("+"), fc.base64String(), fc.string());
  fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
    const { acts } = take(lines);
    const refused = acts.findIndex(({ act }) => act === "refuse");
    if (refused < 0) return;
    assert(acts.slice(refused + 1).every(({ act }) => act === "nothing"));
  }));
});
