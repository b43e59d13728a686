import assert from "node:assert/strict";
import fc from "fast-check";
import { Meetings, RENDEZVOUS_MS } from "../../../../../core/server/doors/relay/meetings.ts";

const LIMITS = { perAccount: 2, inAll: 3 };
const rendezvousOf = (n: number) =>
  new Uint8Array(32).fill(n).toBase64({ alphabet: "base64url", omitPadding: true });

type Event =
  | { readonly kind: "announce"; readonly account: string; readonly at: number }
  | { readonly kind: "arrive"; readonly at: number }
  | { readonly kind: "leave"; readonly client: number }
  | { readonly kind: "withdraw"; readonly account: string }
  | { readonly kind: "expire"; readonly ms: number };

const account = fc.constantFrom("amy", "Amy", "bob");
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("announce" as const), account, at: fc.nat(5) }),
  fc.nat(5).map((at) => ({ kind: "arrive", at }) as const),
  fc.nat(20).map((client) => ({ kind: "leave", client }) as const),
  account.map((name) => ({ kind: "withdraw", account: name }) as const),
  fc.nat(RENDEZVOUS_MS).map((ms) => ({ kind: "expire", ms }) as const),
);

Deno.test("Meetings keep their limits, and no client is in two of them, for any events", () => {
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    const meetings = new Meetings<number>(LIMITS);
    const [waiting, paired] = [new Set<number>(), new Map<number, string>()];
    let [now, clients] = [0, 0];
    const part = (pair: { readonly clients: readonly number[] } | undefined) =>
      pair?.clients.forEach((client) => assert(paired.delete(client)));
    for (const each of events) {
      switch (each.kind) {
        case "announce":
          meetings.announce(each.account, rendezvousOf(each.at), now);
          break;
        case "arrive": {
          const client = clients++;
          const arrival = meetings.arrive(rendezvousOf(each.at), client, now);
          if (arrival.state === "waiting") waiting.add(client);
          if (arrival.state !== "met") break;
          const { pair: { account, clients: [first, second] } } = arrival;
          assert(waiting.delete(first) && second === client);
          for (const one of [first, second]) paired.set(one, account);
          break;
        }
        case "leave":
          waiting.delete(each.client);
          part(meetings.leave(each.client));
          break;
        case "withdraw": {
          const { waited, pairs } = meetings.withdraw(each.account);
          for (const client of waited) assert(waiting.delete(client));
          pairs.forEach(part);
          break;
        }
        case "expire":
          now += each.ms;
          for (const client of meetings.expire(now)) assert(waiting.delete(client));
      }
      assert(waiting.size + paired.size / 2 <= LIMITS.inAll);
      for (const name of ["amy", "bob"]) {
        const own = [...paired.values()].filter((one) => one === name).length / 2;
        assert(own <= LIMITS.perAccount);
      }
    }
  }));
});

Deno.test("Meetings forget a rendezvous that has expired, and say who waited there", () => {
  const meetings = new Meetings<string>(LIMITS);
  assert.equal(meetings.announce("amy", rendezvousOf(1), 0), "ok");
  assert.equal(meetings.arrive(rendezvousOf(1), "early", 1).state, "waiting");
  assert.deepEqual(meetings.expire(RENDEZVOUS_MS - 1), []);
  assert.deepEqual(meetings.expire(RENDEZVOUS_MS), ["early"]);
  assert.equal(meetings.arrive(rendezvousOf(1), "late", RENDEZVOUS_MS).state, "unknown");
});

Deno.test("Meetings let another client come where one waited and left", () => {
  const meetings = new Meetings<string>(LIMITS);
  meetings.announce("amy", rendezvousOf(1), 0);
  meetings.arrive(rendezvousOf(1), "gone", 1);
  assert.equal(meetings.leave("gone"), undefined);
  assert.equal(meetings.arrive(rendezvousOf(1), "here", 2).state, "waiting");
  const met = meetings.arrive(rendezvousOf(1), "there", 3);
  assert(met.state === "met");
  assert.deepEqual(met.pair.clients, ["here", "there"]);
  assert.equal(meetings.leave("there"), met.pair);
  assert.equal(meetings.leave("here"), undefined);
});

Deno.test("Meetings part those who are silent, and take only what is a rendezvous", () => {
  const meetings = new Meetings<string>(LIMITS);
  for (const text of ["", "x".repeat(42), "x".repeat(44), `${"x".repeat(42)}=`]) {
    assert.equal(meetings.announce("amy", text, 0), "malformed");
  }
  meetings.announce("amy", rendezvousOf(1), 0);
  meetings.arrive(rendezvousOf(1), "one", 0);
  const met = meetings.arrive(rendezvousOf(1), "two", 5);
  assert(met.state === "met");
  assert.deepEqual(meetings.partIdle(5), []);
  met.pair.movedMs = 9;
  assert.deepEqual(meetings.partIdle(9), []);
  assert.deepEqual(meetings.partIdle(10), [met.pair]);
});
