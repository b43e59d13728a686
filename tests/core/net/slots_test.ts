import assert from "node:assert/strict";
import * as fc from "fast-check";
import { GRACE_MS, type Slot, Slots, type UnconfirmedSlot } from "../../../core/net/slots.ts";

function taken(slots: Slots, address: string, evict: () => void = () => {}): Slot {
  const answer = slots.take({ address }, evict);
  assert.equal(answer.state, "ok");
  if (answer.state !== "ok") throw new Error("unreachable");
  return answer.slot;
}

Deno.test("Slots gives out as many as there are", () => {
  const slots = new Slots({ total: 2, strangersPerAddress: 20 });
  const first = taken(slots, "a");
  taken(slots, "b");
  assert.equal(slots.take({ address: "c" }, () => {}).state, "full");
  first.release();
  first.release();
  assert.equal(slots.used, 1);
  taken(slots, "c");
  assert.equal(slots.take({ address: "d" }, () => {}).state, "full");
});

Deno.test("Slots counts strangers per address, until they sign in", () => {
  const slots = new Slots({ total: 10, strangersPerAddress: 2 });
  const first = taken(slots, "a");
  taken(slots, "a");
  assert.equal(slots.take({ address: "a" }, () => {}).state, "too-many-from-address");
  taken(slots, "b");
  first.settle();
  taken(slots, "a");
  assert.equal(slots.take({ address: "a" }, () => {}).state, "too-many-from-address");
});

Deno.test("Slots takes a hog's oldest stranger for a newcomer from elsewhere", () => {
  const slots = new Slots({ total: 4, strangersPerAddress: 20 });
  const evicted: string[] = [];
  taken(slots, "hog", () => evicted.push("settled")).settle();
  const second = taken(slots, "hog", () => evicted.push("second"));
  taken(slots, "hog", () => evicted.push("third"));
  taken(slots, "other", () => evicted.push("other"));
  assert.equal(slots.take({ address: "hog" }, () => {}).state, "full");
  taken(slots, "newcomer");
  assert.deepEqual(evicted, ["second"]);
  assert.equal(slots.used, 4);
  second.release(); // its socket is gone later: that frees nothing a second time
  assert.equal(slots.used, 4);
  assert.equal(slots.take({ address: "another" }, () => {}).state, "full"); // one stranger does not hold too many
});

interface Model {
  held: { slot: Slot; address: string; settled: boolean; evicted: boolean }[];
}

Deno.test("Slots keeps its counts, whatever comes in whatever order", () => {
  const command = fc.oneof(
    fc.record({ do: fc.constant("take" as const), address: fc.constantFrom("a", "b", "c") }),
    fc.record({ do: fc.constantFrom("settle" as const, "release" as const), which: fc.nat(30) }),
  );
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 80 }),
      fc.integer({ min: 1, max: 8 }),
      (commands, total) => {
        const perAddress = 3;
        const slots = new Slots({ total, strangersPerAddress: perAddress });
        const model: Model = { held: [] };
        for (const command of commands) {
          if (command.do === "take") {
            const { address } = command;
            const entry = { address, settled: false, evicted: false };
            const strangers = model.held.filter((one) =>
              one.address === address && !one.settled
            ).length;
            const usedBefore = model.held.length;
            const answer = slots.take(
              { address },
              () => (entry as Model["held"][number]).evicted = true,
            );
            if (answer.state === "ok") {
              assert(strangers < perAddress);
              const held = Object.assign(entry, { slot: answer.slot });
              model.held = model.held.filter((one) => !one.evicted);
              model.held.push(held);
            } else if (answer.state === "too-many-from-address") {
              assert.equal(
                strangers,
                perAddress,
              );
            } else assert.equal(usedBefore, total);
          } else {
            const held = model.held[command.which % Math.max(1, model.held.length)];
            if (!held) continue;
            if (command.do === "settle") {
              held.slot.settle();
              held.settled = true;
            } else {
              held.slot.release();
              model.held.splice(model.held.indexOf(held), 1);
            }
          }
          assert.equal(slots.used, model.held.length);
          assert(slots.used <= total);
        }
      },
    ),
  );
});

Deno.test("Slots takes the oldest stranger's slot once it had time to sign in, however many an address holds", () => {
  let now = 0;
  const slots = new Slots({ total: 3, strangersPerAddress: 20, steadyNow: () => now });
  const evicted: string[] = [];
  taken(slots, "m", () => evicted.push("member")).settle();
  taken(slots, "a", () => evicted.push("a"));
  now = 1_000;
  taken(slots, "b", () => evicted.push("b"));
  assert.equal(slots.take({ address: "c" }, () => {}).state, "full");
  now = GRACE_MS - 1;
  assert.equal(slots.take({ address: "c" }, () => {}).state, "full");
  now = GRACE_MS;
  taken(slots, "c", () => evicted.push("c"));
  assert.deepEqual(evicted, ["a"]);
  assert.equal(slots.take({ address: "d" }, () => {}).state, "full");
});

Deno.test("Slots takes a slot of the address that holds the most for one that holds fewer", () => {
  const slots = new Slots({ total: 20, strangersPerAddress: 20, steadyNow: () => 0 });
  const evicted: string[] = [];
  for (let n = 0; n < 20; n++) {
    const address = `a${n % 5}`;
    taken(slots, address, () => evicted.push(address));
  }
  for (let n = 0; n < 3; n++) taken(slots, "member", () => evicted.push("member"));
  assert.deepEqual(evicted, ["a0", "a1", "a2"]);
  assert.equal(slots.used, 20);
});

Deno.test("Slots lets an address where members have signed in have a stranger's or guest's slot at once", () => {
  const slots = new Slots({ total: 3, strangersPerAddress: 20, steadyNow: () => 0 });
  const evicted: string[] = [];
  const guest = taken(slots, "g", () => evicted.push("guest"));
  guest.welcome();
  taken(slots, "a", () => evicted.push("a"));
  taken(slots, "m", () => evicted.push("m"));
  const member = { address: "m", isKnown: true };
  assert.equal(slots.take({ address: "x" }, () => {}).state, "full");
  for (let n = 0; n < 2; n++) assert.equal(slots.take(member, () => {}).state, "ok");
  assert.deepEqual(evicted, ["a", "guest"]);
  assert.equal(slots.take(member, () => {}).state, "full", "all others are its own");
});

Deno.test("Slots takes a guest's slot for a newcomer only from an address that holds several", () => {
  let now = 0;
  const slots = new Slots({ total: 8, strangersPerAddress: 20, steadyNow: () => now });
  const evicted: string[] = [];
  for (let n = 0; n < 7; n++) taken(slots, `g${n}`, () => evicted.push(`g${n}`)).welcome();
  taken(slots, "member").settle();
  now = GRACE_MS * 10;
  assert.equal(slots.take({ address: "x" }, () => {}).state, "full");
  const hogs = new Slots({ total: 8, strangersPerAddress: 20, steadyNow: () => now });
  for (let n = 0; n < 8; n++) taken(hogs, `g${n % 3}`, () => evicted.push(`g${n % 3}`)).welcome();
  taken(hogs, "x");
  assert.deepEqual(evicted, ["g0"]);
});

Deno.test("Slots lets members in where five addresses hold all slots with four guests each", () => {
  const slots = new Slots({ total: 20, strangersPerAddress: 20 });
  const evicted: string[] = [];
  for (let n = 0; n < 20; n++) {
    const address = `g${n % 5}`;
    taken(slots, address, () => evicted.push(address)).welcome();
  }
  for (let n = 0; n < 10; n++) taken(slots, `member${n}`).settle();
  const left = Array.from({ length: 5 }, (_, n) => 4 - evicted.filter((a) => a === `g${n}`).length);
  assert.deepEqual(left, [2, 2, 2, 2, 2], "none loses more than the others");
});

Deno.test("Slots keeps the last tenth for members: guests on it make way for newcomers", () => {
  const slots = new Slots({ total: 20, strangersPerAddress: 20 });
  const evicted: number[] = [];
  const guests = Array.from({ length: 20 }, (_, n) => {
    const slot = taken(slots, `g${n}`, () => evicted.push(n));
    slot.welcome();
    return slot;
  });
  taken(slots, "amy").settle();
  assert.deepEqual(evicted, [18]);
  for (const n of [0, 1]) guests[n]!.release(); // the guest on the last slots takes the place of one
  for (const name of ["bob", "carol"]) taken(slots, name).settle();
  assert.equal(slots.take({ address: "x" }, () => {}).state, "full");
  assert.deepEqual(evicted, [18]);
});

Deno.test("Slots throws out no guest for an address that only knocks", () => {
  const slots = new Slots({ total: 2, strangersPerAddress: 20 });
  taken(slots, "scanner").release();
  const evicted: string[] = [];
  for (const name of ["amy", "bob"]) taken(slots, name, () => evicted.push(name)).welcome();
  assert.equal(slots.take({ address: "scanner" }, () => {}).state, "full");
  taken(slots, "member");
  assert.deepEqual(evicted, ["bob"]);
});

Deno.test("Slots prefers a new address to those that had slots for nothing", () => {
  let now = 0;
  const slots = new Slots({ total: 3, strangersPerAddress: 20, steadyNow: () => now });
  const evicted: string[] = [];
  for (const address of ["a", "b", "c"]) {
    taken(slots, address).release();
    taken(slots, address, () => evicted.push(address));
  }
  taken(slots, "member", () => evicted.push("member"));
  assert.deepEqual(evicted, ["a"]);
  assert.equal(slots.take({ address: "a" }, () => {}).state, "full", "nor does it come back");
  now = GRACE_MS;
  for (const _ of [1, 2]) taken(slots, "a", () => evicted.push("a again"));
  assert.deepEqual(evicted, ["a", "b", "c"], "the member's, as old as theirs, goes last");
});

function unconfirmed(slots: Slots, address: string, evict: () => void = () => {}): UnconfirmedSlot {
  const answer = slots.takeUnconfirmed({ address }, evict);
  assert.equal(answer.state, "ok");
  if (answer.state !== "ok") throw new Error("unreachable");
  return answer.slot;
}

Deno.test("Slots gives a quarter to unconfirmed addresses, the oldest of which makes way", () => {
  const slots = new Slots({ total: 8, strangersPerAddress: 20 });
  const evicted: string[] = [];
  for (const address of ["a", "b", "c", "d"]) {
    unconfirmed(slots, address, () => evicted.push(address));
  }
  assert.deepEqual(evicted, ["a", "b"]);
  assert.equal(slots.used, 2);
});

Deno.test("Slots takes an unconfirmed address's slot for anybody else, and none for it", () => {
  const slots = new Slots({ total: 4, strangersPerAddress: 20 });
  const evicted: string[] = [];
  unconfirmed(slots, "x", () => evicted.push("x"));
  for (let n = 0; n < 4; n++) taken(slots, "hog", () => evicted.push("hog"));
  assert.deepEqual(evicted, ["x"]);
  assert.equal(slots.takeUnconfirmed({ address: "y" }, () => {}).state, "full");
  assert.deepEqual(evicted, ["x"]);
});

Deno.test("Slots takes a stranger's slot for who has shown where they are, in any way", () => {
  const slots = new Slots({ total: 2, strangersPerAddress: 20 });
  const evicted: string[] = [];
  for (const n of [1, 2]) taken(slots, "hog", () => evicted.push(`hog ${n}`));
  const caller = { address: "c" };
  assert.equal(slots.takeUnconfirmed(caller, () => {}).state, "full");
  assert(slots.hasRoomFor(caller));
  assert(!slots.hasRoomFor({ address: "hog" }));
  const answer = slots.takeUnconfirmed({ ...caller, isShown: true }, () => {});
  assert(answer.state === "ok" && answer.slot.confirm() === "ok");
  assert.deepEqual(evicted, ["hog 1"]);
});

Deno.test("Slots counts a confirmed address as a stranger's, unless somebody signed in", () => {
  const slots = new Slots({ total: 40, strangersPerAddress: 1 });
  const first = unconfirmed(slots, "a");
  const second = unconfirmed(slots, "a");
  const third = unconfirmed(slots, "a");
  assert.equal(first.confirm(), "ok");
  assert.equal(first.confirm(), "ok");
  assert.equal(second.confirm(), "too-many-from-address");
  third.settle();
  assert.equal(third.confirm(), "ok");
  first.settle();
  assert.equal(second.confirm(), "ok");
  for (const slot of [first, second, third]) slot.release();
  assert.equal(slots.used, 0);
  taken(slots, "a");
});

Deno.test("Slots count all of an IPv6 network as one address, and an IPv4 address as one in any form", () => {
  const slots = new Slots({ total: 10, strangersPerAddress: 2 });
  const states = (...addresses: string[]) =>
    addresses.map((address) => slots.take({ address }, () => {}).state);
  assert.deepEqual(states("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"), [
    "ok",
    "ok",
    "too-many-from-address",
    "ok",
  ]);
  assert.deepEqual(states("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.7"), [
    "ok",
    "ok",
    "too-many-from-address",
  ]);
});
