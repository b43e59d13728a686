import assert from "node:assert/strict";
import { OFFER_RATE, OfferPace } from "../../../../core/client/transfers/offer_pace.ts";
import { FakeClock } from "../../peer/fake_clock.ts";

Deno.test("OfferPace makes who offers too fast wait, and nobody else", async () => {
  const clock = new FakeClock();
  const pace = new OfferPace(clock);
  const { signal } = new AbortController();
  for (let offer = 0; offer < OFFER_RATE.burst; offer++) await pace.wait("mallory", signal);
  let isTold = false;
  const next = pace.wait("MALLORY", signal).then(() => isTold = true);
  await clock.sleeping(1_000 / OFFER_RATE.perSecond);
  await pace.wait("amy", signal);
  assert.equal(isTold, false);
  clock.advance(1_000 / OFFER_RATE.perSecond);
  await next;
});

Deno.test("OfferPace ends a wait when the client closes", async () => {
  const clock = new FakeClock();
  const pace = new OfferPace(clock);
  const closing = new AbortController();
  for (let offer = 0; offer < OFFER_RATE.burst; offer++) await pace.wait("mallory", closing.signal);
  const waiting = assert.rejects(pace.wait("mallory", closing.signal), { message: "closed" });
  closing.abort(new Error("closed"));
  await waiting;
});
