import assert from "node:assert/strict";
import * as fc from "fast-check";
import { encodedLength } from "../../../core/ground/bytes.ts";
import {
  asMiddle,
  escapeTagValue,
  fitBody,
  fittingLength,
  formatMessage,
  isOverlong,
  MAX_BODY_BYTES,
  MAX_CLIENT_TAG_BYTES,
  MAX_PARAMS,
  packWords,
  parseMessage,
  splitText,
  unescapeTagValue,
} from "../../../core/irc/message.ts";

const clean = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\0\r\n]/g, ""));
const word = clean.map((text) => text.replaceAll(" ", "").replace(/^[:@]+/, "") || "w");
const tagKey = fc.stringMatching(/^\+?[a-z]{1,8}(\/[a-z]{1,8})?$/);
const message = fc.record({
  tags: fc.dictionary(
    tagKey,
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", "")),
  ),
  source: fc.option(word, { nil: undefined }),
  command: fc.stringMatching(/^([A-Z]{1,12}|[0-9]{3})$/),
  params: fc.tuple(fc.array(word, { maxLength: MAX_PARAMS - 1 }), fc.array(clean, { maxLength: 1 }))
    .map(([words, last]) => [...words, ...last]),
});

Deno.test("parseMessage() gives back what formatMessage() wrote", () => {
  fc.assert(fc.property(message, (written) => {
    const { tags, ...rest } = parseMessage(formatMessage(written))!;
    assert.deepEqual(rest, {
      source: written.source,
      command: written.command,
      params: written.params,
    });
    assert.deepEqual({ ...tags }, { ...written.tags });
  }));
});

Deno.test("parseMessage() takes any text, and finds a command or nothing", () => {
  fc.assert(fc.property(clean, (line) => {
    const parsed = parseMessage(line);
    if (!parsed) return;
    assert(parsed.command !== "" && !parsed.command.includes(" "));
    assert(parsed.params.length <= MAX_PARAMS);
    for (const param of parsed.params.slice(0, -1)) {
      assert(param !== "" && !param.includes(" ") && !param.startsWith(":"));
    }
  }));
});

Deno.test("parseMessage()", async (t) => {
  const lines: readonly [line: string, expected: ReturnType<typeof parseMessage> | undefined][] = [
    ["", undefined],
    ["@tag", undefined],
    ["@tag ", undefined],
    [":source", undefined],
    [":source ", undefined],
    ["ping", { tags: {}, source: undefined, command: "PING", params: [] }],
    ["PING  a   b ", { tags: {}, source: undefined, command: "PING", params: ["a", "b"] }],
    ["PING :", { tags: {}, source: undefined, command: "PING", params: [""] }],
    ["PING a::b :c :d", {
      tags: {},
      source: undefined,
      command: "PING",
      params: ["a::b", "c :d"],
    }],
    ["@a=1;b;c=;d=\\:\\s\\\\\\r\\n\\x\\ :s CMD", {
      tags: { a: "1", b: "", c: "", d: "; \\\r\nx" },
      source: "s",
      command: "CMD",
      params: [],
    }],
    ["@a=1;a=2;; X", { tags: { a: "2" }, source: undefined, command: "X", params: [] }],
    ["@__proto__=1 X", {
      tags: JSON.parse('{"__proto__":"1"}'),
      source: undefined,
      command: "X",
      params: [],
    }],
    [`X ${"p ".repeat(14)}q r :s`, {
      tags: {},
      source: undefined,
      command: "X",
      params: [...Array(14).fill("p"), "q r :s"],
    }],
  ];
  for (const [line, expected] of lines) {
    await t.step(`reads "${line.slice(0, 40)}"`, () => {
      const parsed = parseMessage(line);
      const comparable = parsed &&
        { ...parsed, tags: Object.fromEntries(Object.entries(parsed.tags)) };
      assert.equal(JSON.stringify(comparable), JSON.stringify(expected));
    });
  }
});

Deno.test("formatMessage() refuses what would be read as something else", () => {
  for (const params of [["a b", "c"], ["", "c"], [":a", "c"]]) {
    assert.throws(() => formatMessage({ command: "X", params }), TypeError);
  }
  for (const bad of ["\r", "\n", "\0"]) {
    assert.throws(() => formatMessage({ command: "X", params: [`a${bad}b`] }), TypeError);
    assert.throws(() => formatMessage({ command: "X", source: `a${bad}b` }), TypeError);
  }
});

Deno.test("a tag's value survives escaping, and escaped has no space, semicolon or line end", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => {
    const escaped = escapeTagValue(value);
    assert.equal(unescapeTagValue(escaped), value);
    assert(!/[; \r\n]/.test(escaped));
  }));
});

Deno.test("asMiddle() makes any text a word, and leaves words as they are", () => {
  fc.assert(fc.property(clean, (text) => {
    const fit = asMiddle(text);
    assert.equal(asMiddle(fit), fit);
    assert.deepEqual(parseMessage(`X ${fit} end`)?.params, [fit, "end"]);
  }));
});

Deno.test("fittingLength() counts whole characters that fit", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat(100), (text, maxBytes) => {
    const fits = text.slice(0, fittingLength(text, maxBytes));
    const bytes = new TextEncoder().encode(fits);
    assert(bytes.length <= maxBytes);
    assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(bytes), fits);
    const [next = ""] = text.slice(fits.length);
    if (next !== "") assert(bytes.length + new TextEncoder().encode(next).length > maxBytes);
  }));
});

Deno.test("fitBody() counts the body, not the tags", () => {
  const room = MAX_BODY_BYTES - 2;
  const tags = `@a=${"x".repeat(600)} `;
  assert.equal(fitBody(tags + "y".repeat(room)), tags + "y".repeat(room));
  assert.equal(fitBody(tags + "y".repeat(room + 1)), tags + "y".repeat(room));
  assert.equal(fitBody("é".repeat(room)), "é".repeat(room / 2));
});

Deno.test("isOverlong() knows both limits", () => {
  const room = MAX_BODY_BYTES - 2;
  const tags = (bytes: number) => `@${"a".repeat(bytes - 2)} `;
  assert(!isOverlong("x".repeat(room)));
  assert(isOverlong("x".repeat(room + 1)));
  assert(isOverlong("é".repeat(room / 2 + 1)));
  assert(!isOverlong(tags(MAX_CLIENT_TAG_BYTES) + "x".repeat(room)));
  assert(isOverlong(tags(MAX_CLIENT_TAG_BYTES + 1) + "x"));
});

Deno.test("packWords() keeps every word, in order, in texts that fit unless a word alone is too long", () => {
  const words = fc.array(fc.stringMatching(/^[a-zäß€]{1,12}$/));
  fc.assert(fc.property(words, fc.integer({ min: 1, max: 40 }), (words, maxBytes) => {
    const texts = packWords(words, maxBytes, ",");
    assert.deepEqual(texts.flatMap((text) => text.split(",")), words);
    for (const [i, text] of texts.entries()) {
      assert(encodedLength(text) <= maxBytes || !text.includes(","));
      const next = texts[i + 1]?.split(",")[0];
      if (next !== undefined) assert(encodedLength(`${text},${next}`) > maxBytes);
    }
  }));
});

Deno.test("splitText() gives pieces that fit, and together are the text", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, fc.integer({ min: 4, max: 40 }), (text, maxBytes) => {
    const pieces = splitText(text, maxBytes);
    assert.equal(pieces.join(""), text);
    for (const piece of pieces) assert(encodedLength(piece) <= maxBytes && piece.isWellFormed());
  }));
});
