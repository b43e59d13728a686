/** What people write arrives as they wrote it, through the real program. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { register, startClient, startServer } from "../helpers/mod.ts";

const PASSWORD = "correct-horse-7";

const TEXTS: readonly string[] = [
  "    indented by blanks, and two at the end  ",
  "\tindented by a tab",
  "  // a comment is no command",
  "می\u200cخواهم ภาษา\u200bไทย",
  "\u2067אבג\u2069 \u200fabc\u200e \u061cعربي word\u2060joiner \ufeff",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f} 👩\u200d👩\u200d👧\ufe0f",
  "unbalanced \u202e\u2066 is for the reader's terminal to mind",
];

/** Any line that can be typed: no control characters, no command, no sign-in, not blank. */
const line = fc.string({ unit: "binary", minLength: 1, maxLength: 60 })
  .filter((text) =>
    text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text) && /^\s*\p{L}/u.test(text)
  );

/** The line that says a text: two slashes where it begins with one or more. */
const typed = (text: string) => text.replace(/^(\s*)\/\//, "$1///");

Deno.test("chat connect --json: a text arrives as it was typed, in a room and directly", async () => {
  await using server = await startServer();
  await using amy = await startClient(server);
  await register(amy, "amy", PASSWORD);
  await using bob = await startClient(server);
  await register(bob, "bob", PASSWORD);
  for (const text of [...TEXTS, ...fc.sample(line, 30)]) {
    await amy.say(typed(text));
    const { text: heard } = await bob.event("message", ({ from }) => from === "amy");
    assert.equal(heard, text);
  }
  for (const text of TEXTS) {
    await amy.say(`/msg bob ${text}`);
    const { text: heard } = await bob.event("private", ({ from }) => from === "amy");
    assert.equal(heard, text);
  }
});

Deno.test("chat connect: plain lines keep indentation, and end what others began", async () => {
  await using server = await startServer();
  await using amy = await startClient(server);
  await register(amy, "amy", PASSWORD);
  await using bob = await startClient(server, { json: false });
  await bob.say("/register bob");
  await bob.saySecret(PASSWORD);
  await bob.line(/You are in #lobby/);
  await amy.say("    if (x) {");
  await bob.line(/<amy> {5}if \(x\) \{$/);
  await amy.say("\treturn \u202eabc");
  await bob.line(/<amy> {5}return \u202eabc\u202c$/);
});
