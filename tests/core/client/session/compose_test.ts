import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compose,
  MAX_LINE_TEXT_BYTES,
  splitAtWords,
} from "../../../../core/client/session/compose.ts";
import { formatMessage } from "../../../../core/irc/message.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;
const withCapabilities = (...names: string[]) => ({
  has: (name: string) => names.includes(name),
  limitOf: (_: string, key: string) => key === "max-bytes" ? 1_000 : 24,
});

Deno.test("splitText() gives pieces that fit and are the text when joined", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, max) => {
      const parts = splitAtWords(text, max);
      assert.equal(parts.join(""), text);
      for (const part of parts) assert(bytes(part) <= max, part);
    }),
  );
});

Deno.test("compose()", async (t) => {
  await t.step("says a short text in one line, and cleans it", () => {
    const [only] = compose({ to: "#a", text: "a\tb\n", action: false }, withCapabilities());
    assert.equal(only && formatMessage(only.lines[0]), "PRIVMSG #a :a\tb\ufffd");
    assert.equal(only?.text, "a\tb\ufffd");
  });

  await t.step("says what one does as an ACTION", () => {
    const [only] = compose({ to: "bob", text: "waves", action: true }, withCapabilities());
    assert.deepEqual(only?.lines[0].params, ["bob", "\x01ACTION waves\x01"]);
    assert.equal(only?.text, "waves");
  });

  const long = "word ".repeat(120).trim();
  await t.step("puts a long text into one batch where the server knows them", () => {
    const capabilities = withCapabilities("draft/multiline", "batch");
    const phrases = compose({ to: "#a", text: long, action: false }, capabilities);
    assert.deepEqual(phrases.map(({ text }) => text), [long]);
    const lines = phrases[0]!.lines.map(formatMessage);
    assert.match(lines[0]!, /^BATCH \+(\w+) draft\/multiline #a$/);
    assert.match(lines[1]!, /^@batch=\w+ PRIVMSG #a :word /);
    assert.match(lines[2]!, /^@batch=\w+;draft\/multiline-concat PRIVMSG #a :/);
    assert.match(lines.at(-1)!, /^BATCH -/);
  });

  await t.step("says it in several messages elsewhere", () => {
    const phrases = compose({ to: "#a", text: long, action: false }, withCapabilities());
    const texts = phrases.map(({ lines: [{ params = [] }] }) => params[1] ?? "");
    assert.equal(texts.join(""), long);
    assert.deepEqual(phrases.map(({ text }) => text), texts);
    for (const text of texts) assert(bytes(text) <= MAX_LINE_TEXT_BYTES);
  });

  await t.step("refuses what is longer than the server takes, and sends no part of it", () => {
    const text = "x".repeat(20_000);
    for (const capabilities of [withCapabilities(), withCapabilities("draft/multiline", "batch")]) {
      assert.throws(() => compose({ to: "#a", text, action: false }, capabilities), {
        fault: "too-long",
      });
    }
  });
});
