import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanSpeech, isCleanText } from "../../../core/ground/text.ts";
import { MAX_TEXT_BYTES, parseLine } from "../../../core/ptchat/command.ts";

const nick = fc.stringMatching(/^[A-Za-z0-9_\-[\]\\^{}|`]{2,20}$/);
const word = fc.stringMatching(/^[a-z0-9 :~@>-]{1,60}$/).map((text) => text.trim()).filter(Boolean);

Deno.test("parseLine() understands each command", () => {
  const table: [string, unknown][] = [
    ["~:lu:", { kind: "users" }],
    ["  ~:lu:  ", { kind: "users" }],
    ["~:lu", { kind: "users" }],
    ["~:q!", { kind: "quit" }],
    ["~:login amy pass word", { kind: "login", name: "amy", password: "pass word" }],
    ["~:LU:", { kind: "users" }],
    ["~:q!:", { kind: "quit" }],
    ["~:help:", { kind: "help" }],
    ["~:rooms:", { kind: "rooms" }],
    ["~:history:", { kind: "history", lines: 20 }],
    ["~:history 5:", { kind: "history", lines: 5 }],
    ["~:history 99999:", { kind: "history", lines: 200 }],
    ["~:join #tea:", { kind: "join", room: "#tea" }],
    ["~:join tea:", { kind: "join", room: "#tea" }],
    ["~:name amy:", { kind: "name", name: "amy" }],
    ["~:login amy:", { kind: "login", name: "amy", password: undefined }],
    ["~:login amy pass word:", { kind: "login", name: "amy", password: "pass word" }],
    ["~:register amy a:b:", { kind: "register", name: "amy", password: "a:b" }],
    ["~->bob:Hi", { kind: "private", user: "bob", text: "Hi" }],
    ["~-@bob :  Hi: you", { kind: "tag", user: "bob", text: " Hi: you" }],
    ["    indented ", { kind: "say", text: "    indented " }],
  ];
  for (const [line, command] of table) assert.deepEqual(parseLine(line), command, line);
});

Deno.test("parseLine() names the fault of a line that makes no sense", () => {
  const table: [string, string][] = [
    ["", "empty"],
    ["   ", "empty"],
    ["~", "unknown"],
    ["~:", "unknown"],
    ["~::", "unknown"],
    ["~:dance:", "unknown"],
    ["~:constructor:", "unknown"],
    ["~:__proto__:", "unknown"],
    ["~bob", "unknown"],
    ["~->bob", "no-text"],
    ["~->bob:  ", "no-text"],
    ["~->b b: hi", "bad-user"],
    ["~-@: hi", "bad-user"],
    ["~:name x:", "bad-name"],
    ["~:login :", "bad-name"],
    ["~:register a,b c:", "bad-name"],
    [`~:login amy ${"x".repeat(300)}:`, "bad-password"],
    ["~:join:", "bad-room"],
    ["~:join #a b:", "bad-room"],
    ["~:history 0:", "bad-number"],
    ["~:history -1:", "bad-number"],
    ["x".repeat(MAX_TEXT_BYTES + 1), "too-long"],
    [`~->bob: ${"ü".repeat(MAX_TEXT_BYTES)}`, "too-long"],
  ];
  for (const [line, fault] of table) {
    const command = parseLine(line);
    assert.equal(command.kind === "wrong" ? command.fault : command.kind, fault, line);
  }
  assert.equal(parseLine("x".repeat(MAX_TEXT_BYTES)).kind, "say");
});

Deno.test("parseLine() gives back the user and the text that were typed", () => {
  fc.assert(fc.property(nick, word, fc.constantFrom("tag", "private"), (user, text, kind) => {
    const line = `${kind === "tag" ? "~-@" : "~->"}${user}: ${text}`;
    assert.deepEqual(parseLine(line), { kind, user, text });
  }));
});

Deno.test("parseLine() gives back any password of one line", () => {
  fc.assert(fc.property(nick, fc.string({ minLength: 1, maxLength: 60 }), (name, password) => {
    assert.deepEqual(parseLine(`~:login ${name} ${password}:`), { kind: "login", name, password });
  }));
});

Deno.test("parseLine() throws on nothing and lets no control character through", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 500 }), (line) => {
    const command = parseLine(line);
    if ("text" in command) assert.equal(cleanSpeech(command.text), command.text);
    if (command.kind === "wrong") assert.ok(isCleanText(command.given));
  }));
});
