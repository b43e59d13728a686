import assert from "node:assert/strict";
import fc from "fast-check";
import * as format from "../../../core/ptchat/format.ts";

Deno.test("formatGreeting() and formatHelp() fit a client that reads 1024 bytes", () => {
  const greeting = format.formatGreeting({
    server: "chat.example.org",
    guests: true,
    encrypted: false,
  });
  assert.ok(new TextEncoder().encode(greeting).length <= 1024);
  assert.ok(new TextEncoder().encode(format.formatHelp()).length <= 1024);
});

Deno.test("formatGreeting() speaks of guests and of encryption only where it is so", () => {
  const server = "here";
  assert.doesNotMatch(
    format.formatGreeting({ server, guests: false, encrypted: true }),
    /guest|encrypted/,
  );
  assert.match(
    format.formatGreeting({ server, guests: false, encrypted: false, motd: ["Tea at 5"] }),
    /not encrypted.*\n\* Tea at 5\n$/,
  );
});

Deno.test("formatMessageLine() stands out for the user it names, and for nobody else", () => {
  const message = { from: "amy", text: "@Bob: tea?" };
  assert.equal(format.formatMessageLine(message, "bob"), "*** amy: @Bob: tea? ***\n");
  assert.equal(format.formatMessageLine(message, "bo"), "amy: @Bob: tea?\n");
  assert.equal(format.formatMessageLine(message, "Amy"), "amy: @Bob: tea?\n");
  assert.equal(
    format.formatMessageLine({ from: "bob", text: "bob here" }, "bob"),
    "bob: bob here\n",
  );
});

Deno.test("formatMessageLine() shows an action as one and drops the styles of IRC clients", () => {
  assert.equal(
    format.formatMessageLine({ from: "amy", text: "\x01ACTION waves\x01" }, "bob"),
    "amy waves\n",
  );
  assert.equal(
    format.formatMessageLine({ from: "amy", text: "\x02bold\x0f \x0304,01red\x03 x" }, "bob"),
    "amy: bold red x\n",
  );
});

Deno.test("formatUsers() sorts without regard to case and says since when", () => {
  const users = [
    { name: "carol", online: false, sinceMs: 0, guest: false },
    { name: "Bob", online: true, sinceMs: 60_000, guest: true },
    { name: "amy", online: false, sinceMs: undefined, guest: false },
  ];
  assert.equal(
    format.formatUsers(users),
    "* Users: 3, 1 online.\n" +
      "*   amy    offline\n" +
      "*   Bob    online  since 1970-01-01 00:01 UTC (guest)\n" +
      "*   carol  offline since 1970-01-01 00:00 UTC\n",
  );
});

Deno.test("formatRooms() sorts and shows topics", () => {
  assert.equal(
    format.formatRooms([{ name: "#tea", users: 2, topic: "at 5" }, {
      name: "#a",
      users: 0,
      topic: "",
    }]),
    "* Rooms: 2.\n*   #a (0)\n*   #tea (2): at 5\n",
  );
});

Deno.test("formatHistory() shows each line's minute", () => {
  assert.equal(
    format.formatHistory("#lobby", [{ from: "amy", text: "hi", timeMs: 0 }]),
    "* The last line of #lobby:\n[1970-01-01 00:00] amy: hi\n* (end of history)\n",
  );
  assert.match(format.formatHistory("#lobby", []), /^\* Nothing .*\n$/);
});

Deno.test("what a stranger wrote never adds a line or a control character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (from, text) => {
      for (
        const line of [
          format.formatMessageLine({ from, text }, "bob"),
          format.formatPrivate({ from, text }),
          format.formatSent(from),
          format.formatNotSent(from, "unknown"),
          format.formatNotice(text),
          format.formatFault({ fault: "unknown", given: text }),
        ]
      ) {
        // deno-lint-ignore no-control-regex -- the absence of control characters is what is tested
        assert.match(line, /^[^\x00-\x1f\x7f-\x9f\u2028-\u202e]*\n$/);
      }
    }),
  );
});
