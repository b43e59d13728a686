import assert from "node:assert/strict";
import { ClientError } from "../../../../core/client/events/errors.ts";
import type { ClientEvent } from "../../../../core/client/events/events.ts";
import {
  type AcceptOptions,
  type ListedOffer,
  MAX_UNANSWERED_EACH,
  type OfferControl,
  Offers,
} from "../../../../core/client/transfers/offers.ts";

const INCOMING: Omit<ListedOffer, "number"> = {
  id: "incoming-1",
  from: "amy",
  to: "bob",
  direction: "in",
  kind: "file",
  names: ["a.txt"],
  bytes: 5,
  files: 1,
};
const OUTGOING: Omit<ListedOffer, "number"> = {
  ...INCOMING,
  direction: "out",
  from: "bob",
  to: "amy",
};

/** Offers, what they told, and what their controls were asked to do. */
function setUp() {
  const events: ClientEvent[] = [];
  const asked: string[] = [];
  const offers = new Offers({ emit: (event) => events.push(event) });
  const control = (name: string): OfferControl => ({
    accept: ({ into }: AcceptOptions) => asked.push(`${name} accept ${into}`),
    reject: (reason) => asked.push(`${name} reject ${reason}`),
    cancel: (reason) => asked.push(`${name} cancel ${reason}`),
  });
  return { offers, events, asked, control };
}

const noSuchOffer = (error: unknown) =>
  error instanceof ClientError && error.code === "no-such-offer";

Deno.test("Offers numbers what is offered in both directions, and tells of it", () => {
  const { offers, events, control } = setUp();
  offers.add(INCOMING, control("a"));
  offers.add(OUTGOING, control("b"));
  const { direction: _, ...facts } = INCOMING;
  assert.deepEqual(events[0], { event: "offer", ...facts, number: 1, own: false });
  assert.deepEqual(offers.list().map(({ offer, state }) => [offer.number, state]), [
    [1, "waiting"],
    [2, "waiting"],
  ]);
});

Deno.test("Offers.accept() takes the newest that waits for us, or the one of that number", () => {
  const { offers, asked, control } = setUp();
  for (const name of ["a", "b", "c"]) offers.add(INCOMING, control(name));
  offers.add(OUTGOING, control("own"));
  assert.equal(offers.accept().number, 3);
  assert.equal(offers.accept(1, { into: "/tmp" }).number, 1);
  assert.deepEqual(asked, ["c accept undefined", "a accept /tmp"]);
  assert.equal(offers.pending().number, 2);
  assert.throws(() => offers.accept(1), noSuchOffer);
  assert.throws(() => offers.accept(4), noSuchOffer);
  assert.equal(offers.reject(undefined, "no thanks").number, 2);
  assert.throws(() => offers.reject(), noSuchOffer);
});

Deno.test("Offers.cancel() turns down what waits, and ends what is under way", () => {
  const { offers, asked, control } = setUp();
  const a = offers.add(INCOMING, control("a"));
  const b = offers.add(INCOMING, control("b"));
  b.change("running");
  assert.equal(offers.cancel().number, 2);
  assert.equal(offers.cancel(1).number, 1);
  assert.deepEqual(asked, ["b cancel undefined", "a reject undefined"]);
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  assert.deepEqual(offers.list(), []);
  assert.throws(() => offers.cancel(), noSuchOffer);
});

Deno.test("Offers answers by itself where its policy says so, for incoming offers only", async () => {
  for (const [policy, answer] of [["always", "accept"], ["never", "reject"]] as const) {
    const { offers, events, asked, control } = setUp();
    offers.policy = policy;
    offers.add(INCOMING, control("a"));
    offers.add(OUTGOING, control("b"));
    assert.equal(asked.length, 0); // the caller has to get hold of it first
    await Promise.resolve();
    assert.deepEqual(asked, [`a ${answer} undefined`]);
    assert.equal(events.length, 2);
  }
});

Deno.test("Offers lets nobody fill the screen", () => {
  const { offers, events, control } = setUp();
  for (let i = 0; i < MAX_UNANSWERED_EACH; i++) offers.add(INCOMING, control("a"));
  const tooMany = (error: unknown) =>
    error instanceof ClientError && error.code === "too-many-offers";
  assert.throws(() => offers.add({ ...INCOMING, from: "AMY" }, control("a")), tooMany);
  assert.equal(events.length, MAX_UNANSWERED_EACH);
  offers.add({ ...INCOMING, from: "carl" }, control("a"));
  offers.add(OUTGOING, control("b"));
});
