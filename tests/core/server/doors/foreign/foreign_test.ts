/** Programs that speak something else: answered in their terms, and never people. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { foreignProtocol } from "../../../../../core/server/doors/foreign/foreign.ts";
import { serving } from "../../serving.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const CLIENT_HELLO = `\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03${"r".repeat(160)}`;
const PROXY_V2 = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x01\0\x02";

const FIRST_WORDS: readonly (readonly [what: string, bytes: string, answer: RegExp])[] = [
  // deno-lint-ignore no-control-regex -- an alert begins with these
  ["a TLS hello", CLIENT_HELLO, /^\x15\x03/],
  [
    "a PROXY header of version 1",
    "PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\nhello\r\n",
    /^ERROR .*PROXY/,
  ],
  [
    "a PROXY header of version 1, without addresses",
    "PROXY UNKNOWN\r\nhello\r\n",
    /^ERROR .*PROXY/,
  ],
  ["a PROXY header of version 2", `${PROXY_V2}hello\r\n`, /^ERROR .*PROXY/],
  ["an HTTP request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 200 /],
  ["HEAD", "HEAD / HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 200 /],
  ["PUT", "PUT /x HTTP/1.1\r\nHost: x\r\n\r\nhello", /^HTTP\/1\.1 405 /],
  ["DELETE", "DELETE / HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 405 /],
  ["CONNECT", "CONNECT a.example:25 HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 405 /],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^HTTP\/1\.1 505 /],
  ["RTSP", "DESCRIBE rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", /^HTTP\/1\.1 505 /],
  ["SIP", "OPTIONS sip:nm SIP/2.0\r\n\r\n", /^HTTP\/1\.1 505 /],
  ["SSH", "SSH-2.0-OpenSSH_9.2\r\n", /^ERROR .*SSH/],
  ["SMTP", "EHLO mail.example\r\n", /^554 /],
  ["SMB", "\0\0\0\x2d\xffSMB\x72", /^ERROR .*binary/],
  ["LDAP", "0\x0c\x02\x01\x01`\x07\x02\x01\x02\x04\0\x80\0", /^ERROR .*binary/],
];

Deno.test("a program that speaks another protocol is answered, and is not a user", async (t) => {
  await using chat = await serving({ guests: true, deadlines: { doorMs: 60_000 } });
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby");
  await amy.sync();
  for (const [what, bytes, answer] of FIRST_WORDS) {
    for (const plain of [true, false]) {
      await t.step(`${what}, ${plain ? "plain" : "inside TLS"}`, async () => {
        const caller = await chat.connect({ plain });
        const received: Uint8Array[] = [];
        caller.socket.on("data", (chunk: Uint8Array) => received.push(chunk));
        caller.send(bytesOf(bytes));
        await caller.closed;
        assert.match(received.map((chunk) => String.fromCharCode(...chunk)).join(""), answer);
        assert.deepEqual([...chat.server.context.hub.users].map(({ nick }) => nick), ["amy"]);
        assert.deepEqual((await amy.sync()).filter((line) => / (JOIN|PRIVMSG) /.test(line)), []);
      });
    }
  }
});

Deno.test("a program that speaks late is recognized, although its silence looked like a person's", async () => {
  await using chat = await serving({ guests: true, deadlines: { doorMs: 1 } });
  for (const bytes of [CLIENT_HELLO, PROXY_V2, "PUT /x HTTP/1.1\r\n\r\n"]) {
    const caller = await chat.connect({ plain: true });
    await caller.expect(/^\* Welcome/);
    caller.send(bytesOf(bytes));
    await caller.closed;
    assert.equal([...chat.server.context.hub.users].length, 0);
  }
});

Deno.test("foreignProtocol() takes nothing that a person types for a program's", () => {
  const typed = fc.string({ unit: "grapheme-composite", minLength: 1 })
    // deno-lint-ignore no-control-regex -- nobody types these
    .filter((text) => !/[\x00-\x1f]/.test(text) && !/^(PROXY|SSH|EHLO|HELO|LHLO)/.test(text));
  fc.assert(fc.property(typed, fc.constantFrom("\n", "\r\n", ""), (text, end) => {
    const found = foreignProtocol(new TextEncoder().encode(text + end));
    assert(found === undefined || found === "maybe");
  }));
  assert.equal(foreignProtocol(Uint8Array.of(255, 251, 31, 13, 10)), undefined, "telnet");
});
