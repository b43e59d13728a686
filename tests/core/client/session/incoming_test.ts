import assert from "node:assert/strict";
import fc from "fast-check";
import { parseIncoming } from "../../../../core/client/session/incoming.ts";
import { cleanSpeech, isCleanText } from "../../../../core/ground/text.ts";
import { line } from "../support.ts";

Deno.test("parseIncoming()", async (t) => {
  await t.step("gives the nickname of a source, and a server's name as it is", () => {
    assert.equal(line(":amy!a@host PRIVMSG #a :hi").from, "amy");
    assert.equal(line(":srv.example 001 me :hi").from, "srv.example");
    assert.equal(line("PING 1").from, "");
  });

  await t.step("takes a CTCP ACTION apart, also one without its end", () => {
    for (const end of ["\x01", ""]) {
      const { ctcp, params } = line(`:amy!a@h PRIVMSG #a :\x01ACTION waves\x1b[2J${end}`);
      assert.equal(ctcp, "ACTION");
      assert.equal(params[1], "waves\ufffd[2J");
    }
  });

  await t.step("removes the formatting of other clients", () => {
    assert.equal(line(":a!a@h PRIVMSG #a :\x02b\x02 \x0304,01red\x0f \x1di").params[1], "b red i");
  });

  await t.step(
    "lets nothing through that a terminal would obey, but for a note's own value",
    () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
          const incoming = parseIncoming(`@x=${a};time=${b} :${b}!u@h PRIVMSG #a :${a}`);
          if (incoming === undefined) return;
          const { tags, params, from, source, command, ctcp } = incoming;
          const names = [...Object.entries(tags).flat(), ...params.slice(0, -1)];
          for (const name of [...names, from, source, command, ctcp]) {
            assert(name === undefined || isCleanText(name));
          }
          const text = params.at(-1) ?? "";
          assert.equal(cleanSpeech(text), text);
        }),
      );
    },
  );

  await t.step("finds no command in nothing", () => {
    for (const nothing of ["", "   ", "@tag", ":source"]) {
      assert.equal(parseIncoming(nothing), undefined);
    }
  });
});
