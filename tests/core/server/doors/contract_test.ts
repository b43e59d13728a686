/** What every door has to keep to: one suite for all that are in the table. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RELAY_ALPN } from "../../../../core/net/alpn.ts";
import type { ServerContext } from "../../../../core/server/acts/context.ts";
import { DOOR_NAMES, type DoorName } from "../../../../core/server/common/door_name.ts";
import { serverDoors } from "../../../../core/server/door_table.ts";
import {
  chooseDoor,
  datagramDoor,
  type DoorTable,
  lastDoor,
} from "../../../../core/server/doors/detect.ts";
import { relayLimits, RelayServer } from "../../../../core/server/doors/relay/relay.ts";
import { serving } from "../serving.ts";

/** How clients of each door begin. */
const BEGINNINGS: Readonly<Record<DoorName, readonly string[]>> = {
  relay: [],
  foreign: [
    "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03rrr",
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c",
    "PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\n",
    "PROXY UNKNOWN\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "EHLO mail.example\r\n",
    "\0\0\0\x2d\xffSMB",
    "0\x0c\x02\x01\x01`\x07",
  ],
  irc: [
    "CAP LS 302\r\n",
    "NICK amy\r\nUSER amy 0 * :amy\r\n",
    "pass sesame\n",
    "AUTHENTICATE PLAIN\r\n",
    "QUIT\r\n",
    "@label=1 PING x\r\n",
    ":a-very-long-nick!user@host NICK x\r\n",
  ],
  http: [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "head / HTTP/1.0\r\n\r\n",
    "OPTIONS sip:nm SIP/2.0\r\n",
    "PUT /x HTTP/1.1\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "CONNECT a.example:25 HTTP/1.1\r\n\r\n",
  ],
  ptchat: [
    "hello all\n",
    "~:login amy:\n",
    ":) hello\n",
    ":)\r\n",
    "get\n",
    "put that down\n",
    "PUT that down\n",
    "Proxies are slow\n",
    "capital\r\n",
    "0\n",
    "\xff\xfb\x1f\r\n",
  ],
};

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const ALPNS = [undefined, "irc", "http/1.1"] as const;

async function doorsOf(): Promise<{ readonly doors: DoorTable } & AsyncDisposable> {
  const chat = await serving();
  return {
    doors: serverDoors(chat.server.context, relayFor(chat.server.context)),
    [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose](),
  };
}

/** The verdict on bytes that come in parts, looked at after each of them; and how many bytes it took. */
function verdictOf(doors: DoorTable, whole: Uint8Array, { cuts, alpn }: {
  readonly cuts: readonly number[];
  readonly alpn?: string | undefined;
}): DoorName | undefined {
  const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length];
  for (const end of ends.sort((a, b) => a - b)) {
    const door = chooseDoor(doors, whole.subarray(0, end), alpn);
    if (door) return door.name;
  }
  return undefined;
}

/** First bytes of all kinds, in which the words of the doors are no rarity. */
const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string().map((text) => new TextEncoder().encode(text)),
  fc.tuple(
    fc.constantFrom(...Object.values(BEGINNINGS).flat()),
    fc.nat(),
    fc.uint8Array({ maxLength: 12 }),
  ).map(([text, at, rest]) =>
    Uint8Array.of(...bytesOf(text.slice(0, at % (text.length + 1))), ...rest)
  ),
  // A line end alone is a person's, and is answered at once: what may come behind it is not waited for.
).filter(([first]) => first !== 0x0a && first !== 0x0d);

Deno.test("doors: all names are in the table, and the last door takes what is said by people", async () => {
  await using table = await doorsOf();
  assert.deepEqual(table.doors.map(({ name }) => name).sort(), [...DOOR_NAMES].sort());
  assert.equal(lastDoor(table.doors).name, "ptchat");
});

for (const name of DOOR_NAMES) {
  Deno.test(`the ${name} door gets what its clients begin with, however it is split`, async () => {
    await using table = await doorsOf();
    for (const text of BEGINNINGS[name]) {
      const whole = bytesOf(text);
      for (const alpn of ALPNS) {
        assert.equal(verdictOf(table.doors, whole, { cuts: [], alpn }), name, text);
      }
      fc.assert(fc.property(fc.array(fc.nat()), (cuts) => {
        assert.equal(verdictOf(table.doors, whole, { cuts }), name, text);
      }));
    }
  });

  Deno.test(`the ${name} door never takes back what it said of the first bytes`, async () => {
    await using table = await doorsOf();
    const door = table.doors.find((one) => one.name === name)!;
    fc.assert(fc.property(anyBytes, fc.nat(), (whole, at) => {
      const early = door.claims(whole.subarray(0, at % (whole.length + 1)), undefined);
      if (early !== "more") assert.equal(door.claims(whole, undefined), early);
    }));
  });

  Deno.test(`the ${name} door says in one line, or one answer, why it lets nobody in`, async () => {
    await using table = await doorsOf();
    const door = table.doors.find((one) => one.name === name)!;
    const text = door.refuse("server is full");
    assert.match(text, name === "http" ? /^HTTP\/1\.1 503 / : /^ERROR :Closing Link: .*\r\n$/);
    assert.match(text, /server is full/);
  });
}

Deno.test("doors: garbage opens the same door for any split of its bytes", async () => {
  await using table = await doorsOf();
  fc.assert(fc.property(anyBytes, fc.array(fc.nat()), (whole, cuts) => {
    const verdict = verdictOf(table.doors, whole, { cuts: [] });
    const split = verdictOf(table.doors, whole, { cuts });
    assert.equal(split, verdict);
  }));
});

Deno.test("doors: no bytes are for no door yet, unless ALPN says it", async () => {
  await using table = await doorsOf();
  const none = new Uint8Array(0);
  for (const alpn of ALPNS) assert.equal(chooseDoor(table.doors, none, alpn), undefined);
  fc.assert(fc.property(anyBytes, (bytes) => {
    assert.equal(chooseDoor(table.doors, bytes, RELAY_ALPN)?.name, "relay");
  }));
  assert.equal(chooseDoor(table.doors, none, RELAY_ALPN)?.name, "relay");
});

Deno.test("doors: late bytes of a person are not taken for a program's", async () => {
  await using table = await doorsOf();
  const late = (text: string) =>
    table.doors.filter((door) => door.claimsLate(bytesOf(text))).map(({ name }) => name);
  for (const text of [...BEGINNINGS.ptchat, "nick amy", "GET lost", "ping x"]) {
    assert.deepEqual(late(text), [], text);
  }
  assert.deepEqual(late("NICK amy\r\n"), ["irc"]);
  assert.deepEqual(late("GET / HTTP/1.1\r\n"), ["http"]);
  assert.deepEqual(late("EHLO mail.example\r\n"), ["foreign"]);
});

Deno.test("doors: one of them takes datagrams, and a table without one is refused", async () => {
  await using table = await doorsOf();
  assert.equal(datagramDoor(table.doors).name, "ptchat");
  const [relay] = table.doors;
  assert.throws(() => datagramDoor([relay!]), TypeError);
});

function relayFor({ steadyNow }: ServerContext): RelayServer {
  return new RelayServer(steadyNow, relayLimits(20));
}
