import assert from "node:assert/strict";
import type { ConnectionEvents } from "../../../../../core/net/connection.ts";
import { relayLimits, RelayServer } from "../../../../../core/server/doors/relay/relay.ts";
import { QuietConnection } from "../../../net/quiet_connection.ts";

const door = { slot: { settle: () => {}, release: () => {} }, onClosed: () => {} };
const bytes = (text: string) => new TextEncoder().encode(text);

/** A caller's connection, as the relay sees it. */
class Caller extends QuietConnection {
  heard = "";
  isEnded = false;
  readonly #events: ConnectionEvents;

  constructor(relay: RelayServer, rendezvous: string) {
    super();
    this.#events = relay.door(this, door);
    this.say(`RELAY ${rendezvous}\n`);
  }

  say(text: string): void {
    this.#events.data(bytes(text));
  }

  override write(sent: Uint8Array, done: () => void): void {
    this.heard += new TextDecoder().decode(sent);
    done();
  }

  override end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#events.closed("ended");
  }
}

function rendezvous(n: number): string {
  return new Uint8Array(32).fill(n).toBase64({ alphabet: "base64url", omitPadding: true });
}

function meet(relay: RelayServer, account: string, n: number): [Caller, Caller] {
  assert.equal(relay.announce(account, rendezvous(n)), "ok");
  return [new Caller(relay, rendezvous(n)), new Caller(relay, rendezvous(n))];
}

const LIMITS = relayLimits(200);

Deno.test("Relay lets two callers hear each other, and ends with either", () => {
  const [amy, bob] = meet(new RelayServer(() => 0, LIMITS), "amy", 1);
  amy.say("hello");
  bob.say("to you");
  assert.deepEqual([amy.heard, bob.heard], ["OK\nto you", "OK\nhello"]);
  amy.end();
  assert(bob.isEnded);
});

Deno.test("Relay bounds the pairs of one account and of all, until they part", () => {
  const relay = new RelayServer(() => 0, { perAccount: 4, inAll: 5 });
  const pairs = Array.from({ length: 4 }, (_, n) => meet(relay, "amy", n));
  assert.equal(relay.announce("Amy", rendezvous(100)), "too-many");
  meet(relay, "bob", 5);
  assert.equal(relay.announce("cara", rendezvous(100)), "too-many");
  pairs[0]![1].end();
  assert.equal(relay.announce("amy", rendezvous(101)), "ok");
});

Deno.test("Relay lets no more callers wait than may meet, however many meetings were announced", () => {
  const relay = new RelayServer(() => 0, { perAccount: 2, inAll: 5 });
  for (let n = 0; n < 16; n++) assert.equal(relay.announce("amy", rendezvous(n)), "ok");
  assert.equal(relay.announce("amy", rendezvous(16)), "too-many");
  const callers = Array.from({ length: 16 }, (_, n) => new Caller(relay, rendezvous(n)));
  assert.deepEqual(callers.map(({ isEnded }) => isEnded), [false, false, ...Array(14).fill(true)]);
});

Deno.test("relayLimits() leave half of the slots to others, and a pair on the smallest server", () => {
  assert.deepEqual(relayLimits(20), { perAccount: 4, inAll: 5 });
  assert.deepEqual(relayLimits(2), { perAccount: 1, inAll: 1 });
  assert.deepEqual(relayLimits(10_000), { perAccount: 16, inAll: 2_500 });
});

Deno.test("RelayServer closes two connections that are silent for minutes", () => {
  let now = 0;
  const relay = new RelayServer(() => now, LIMITS);
  const [amy, bob] = meet(relay, "amy", 1);
  for (let minute = 0; minute < 10; minute++) {
    now += 60_000;
    if (minute < 4) bob.say(".");
    relay.check();
    assert.equal(amy.isEnded, minute > 8, `${minute}`);
  }
  assert(bob.isEnded);
});

Deno.test("RelayServer closes connections of an account, those that have met and those that wait", () => {
  const relay = new RelayServer(() => 0, LIMITS);
  const theirs = meet(relay, "amy", 1);
  const others = meet(relay, "bob", 2);
  assert.equal(relay.announce("amy", rendezvous(3)), "ok");
  const waiting = new Caller(relay, rendezvous(3));
  relay.hangUp("AMY");
  assert(theirs.every(({ isEnded }) => isEnded));
  assert(waiting.isEnded);
  assert(others.every(({ isEnded }) => !isEnded));
});
