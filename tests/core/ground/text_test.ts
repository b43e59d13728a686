import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanSpeech, cleanText, displayName, displayText } from "../../../core/ground/text.ts";

/** What people write, and what must arrive as they wrote it. */
const SENTENCES: readonly string[] = [
  "می\u200cخواهم", // Persian, with its zero-width non-joiner
  "ภาษา\u200bไทย", // Thai, with a zero-width space
  "שלום\u200f (hello) \u200eabc",
  "\u061cعربي",
  "word\u2060joiner, soft\u00adhyphen, \ufeffbyte order mark",
  "\u2067אבג\u2069 and \u2066abc\u2069 and \u2068x\u2069",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}", // the flag of Wales
  "👩\u200d👩\u200d👧\ufe0f",
];

const direction = fc.constantFrom(..."\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069abא ");
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(direction, { maxLength: 20 }).map((all) => all.join("")),
);

Deno.test("cleanSpeech() and displayText() leave what people write as it is", () => {
  for (const sentence of SENTENCES) {
    assert.equal(cleanSpeech(sentence), sentence);
    assert.equal(displayText(sentence), sentence);
    assert.equal(displayName(sentence), sentence);
  }
});

Deno.test("cleanSpeech() changes nothing but control characters and halves of characters", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const cleaned = cleanSpeech(text);
    assert.equal(cleaned.length, text.length);
    for (let at = 0; at < text.length; at++) {
      if (cleaned[at] !== text[at]) assert.match(text[at]!, /[\p{Cc}\p{Cs}]/u);
    }
    // deno-lint-ignore no-control-regex -- none may be left
    assert.doesNotMatch(cleaned, /[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
    assert.equal(cleanSpeech(cleaned), cleaned);
  }));
});

Deno.test("displayText() balances every direction, and twice is once", () => {
  fc.assert(fc.property(anyText, (text) => {
    const shown = displayText(text);
    assert.equal(displayText(shown), shown);
    assert.equal(displayText(`${shown}x`), `${shown}x`, "nothing of it reaches what follows");
    // deno-lint-ignore no-control-regex -- none may be left
    assert.doesNotMatch(shown, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
  }));
});

Deno.test("displayName() lets no direction be overridden", () => {
  fc.assert(fc.property(anyText, (text) => {
    const shown = displayName(text);
    assert.doesNotMatch(shown, /[\u202a-\u202e]/);
    assert.equal(displayName(shown), shown);
  }));
});

Deno.test("cleanText() leaves names nothing invisible, and twice is once", () => {
  fc.assert(
    fc.property(anyText, (text) => assert.equal(cleanText(cleanText(text)), cleanText(text))),
  );
  assert.equal(cleanText("a\u200bb\u202ec"), "a\ufffdb\ufffdc");
});
