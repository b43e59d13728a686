import assert from "node:assert/strict";
import { TICKET_MS, Tickets } from "../../../../core/peer/calls/tickets.ts";
import { FakeClock } from "../fake_clock.ts";

Deno.test("Tickets are good once, until their time is over or they are withdrawn", () => {
  const clock = new FakeClock();
  const tickets = new Tickets<string>(clock);
  const [used, late, withdrawn, last] = ["a", "b", "c", "d"].map((name) => tickets.issue(name));
  assert.ok(used && late && withdrawn && last);
  assert.match(used, /^[\w-]{43}$/);
  assert.equal(tickets.take(used), "a");
  assert.equal(tickets.take(used), undefined);
  tickets.withdraw(withdrawn);
  assert.equal(tickets.take(withdrawn), undefined);
  clock.advance(TICKET_MS - 1);
  assert.equal(tickets.take(last), "d");
  clock.advance(1);
  assert.equal(tickets.take(late), undefined);
  assert.equal(tickets.take(""), undefined);
});

Deno.test("Tickets never grow beyond a cap, and the oldest gives way", () => {
  const tickets = new Tickets<number>(new FakeClock());
  const all = Array.from({ length: 3_000 }, (_, index) => tickets.issue(index));
  assert.equal(tickets.take(all[0] ?? ""), undefined);
  assert.equal(tickets.take(all.at(-1) ?? ""), 2_999);
  assert.equal(all.filter((ticket) => tickets.take(ticket) !== undefined).length, 2_047);
});
