import assert from "node:assert/strict";
import * as fc from "fast-check";
import { skeletonOf } from "../../../../core/ground/names.ts";
import { MAX_ROOMS_PER_FOUNDER } from "../../../../core/server/hub/decide_rooms.ts";
import type { HubEvent, SaidEvent } from "../../../../core/server/hub/events.ts";
import { Hub } from "../../../../core/server/hub/hub.ts";
import type { HubSession, User } from "../../../../core/server/hub/types.ts";

let sessionIds = 0;

class FakeSession implements HubSession {
  readonly id = `fake-${++sessionIds}`;
  user: User | undefined;
  readonly heard: HubEvent[] = [];
  deliver(event: HubEvent): void {
    this.heard.push(event);
  }
}

function makeHub() {
  const seen: HubEvent[] = [];
  let ids = 0;
  const hub = new Hub({
    steadyNow: () => 1_000,
    wallNow: () => 1_000,
    newId: () => `id${ids++}`,
    newLife: () => ids++,
    observe: (event) => seen.push(event),
  });
  return { hub, seen };
}

function enter(hub: Hub, nick: string, account?: string): FakeSession {
  const session = new FakeSession();
  const who = { nick, account, username: "u", realname: "r", host: "h" };
  assert.equal(hub.enter(session, who), "ok");
  return session;
}

Deno.test("a message to a room is heard once by every session in it, and by nobody else", () => {
  const { hub, seen } = makeHub();
  const desk = enter(hub, "amy", "amy"), phone = enter(hub, "amy", "amy");
  const bob = enter(hub, "bob"), outsider = enter(hub, "cara");
  const room = hub.rooms.join(desk.user!, "#tea");
  assert(typeof room !== "string");
  hub.rooms.join(bob.user!, "#TEA");
  const said = hub.say(desk, room, { as: "message", text: "hello" });
  for (const session of [desk, phone, bob]) {
    assert.equal(session.heard.filter((event) => event === said).length, 1);
  }
  assert(!outsider.heard.includes(said));
  assert.equal(seen.filter((event) => event === said).length, 1);
});

Deno.test("a name that looks like one who is here can't come in or be taken", () => {
  const { hub } = makeHub();
  const bob = enter(hub, "bob");
  const who = { account: undefined, username: "u", realname: "r", host: "h" };
  assert.equal(hub.enter(new FakeSession(), { ...who, nick: "B0B" }), "nick-in-use");
  const cara = enter(hub, "cara");
  assert.equal(hub.rename(cara.user!, "b0b"), "nick-in-use");
  assert.equal(hub.rename(bob.user!, "B0B"), "ok");
  assert.equal(hub.user("bob"), undefined);
  assert.equal(hub.lookalike("bob"), bob.user);
});

Deno.test("signIn() refuses a name that is in use", () => {
  const { hub } = makeHub();
  enter(hub, "bob");
  const other = enter(hub, "other");
  assert.throws(() => hub.signIn(other, "bob"), RangeError);
});

Deno.test("signOut() refuses a name that is in use, and changes nothing", () => {
  const { hub } = makeHub();
  const desk = enter(hub, "amy", "amy"), phone = enter(hub, "amy", "amy");
  const bob = enter(hub, "bob", "bob");
  const room = hub.rooms.join(bob.user!, "#tea");
  assert(typeof room !== "string");
  enter(hub, "guest1");
  for (const session of [desk, bob]) {
    const user = session.user;
    assert.throws(() => hub.signOut(session, "guestl"), RangeError);
    assert.equal(session.user, user);
    assert.notEqual(user?.account, undefined);
  }
  assert.equal(phone.user?.sessions.size, 2);
  assert(room.members.has(bob.user!));
});

Deno.test("disown() leaves rooms without their founder, and forgets those that are empty", () => {
  const { hub, seen } = makeHub();
  const amy = enter(hub, "amy", "amy"), bob = enter(hub, "bob");
  hub.rooms.join(amy.user!, "#full");
  hub.rooms.join(bob.user!, "#full");
  const empty = hub.rooms.join(amy.user!, "#empty");
  assert(typeof empty !== "string");
  hub.rooms.part(amy.user!, empty, "");
  assert(hub.rooms.find("#empty"));
  hub.rooms.disown("amy");
  assert.equal(hub.rooms.find("#empty"), undefined);
  assert.equal(hub.rooms.find("#full")?.founder, undefined);
  assert.equal(seen.filter(({ kind }) => kind === "disowned").length, 2);
});

Deno.test("giveUp() lets an account make another room, and one more only", () => {
  const { hub, seen } = makeHub();
  const amy = enter(hub, "amy", "amy");
  const make = (name: string) => {
    const room = hub.rooms.join(amy.user!, name);
    if (typeof room !== "string") hub.rooms.part(amy.user!, room, "");
    return room;
  };
  for (let n = 0; n < MAX_ROOMS_PER_FOUNDER; n++) assert.notEqual(typeof make(`#r${n}`), "string");
  assert.equal(make("#more"), "too-many-owned");
  const room = hub.rooms.find("#r7")!;
  hub.rooms.giveUp(room);
  hub.rooms.giveUp(room);
  assert.equal(hub.rooms.find("#r7"), undefined);
  assert.equal(seen.filter(({ kind }) => kind === "disowned").length, 1);
  assert.notEqual(typeof make("#more"), "string");
  assert.equal(make("#r7"), "too-many-owned");
  hub.rooms.disown("amy");
  assert.notEqual(typeof make("#r7"), "string");
});

Deno.test("invite() gets a guest past modes and bans once if an operator invites, else not", () => {
  const { hub } = makeHub();
  const amy = enter(hub, "amy"), bob = enter(hub, "bob"), guest = enter(hub, "guest");
  const room = hub.rooms.join(amy.user!, "#tea");
  assert(typeof room !== "string");
  hub.rooms.join(bob.user!, "#tea");
  const cases = [
    [{ add: true, letter: "b", param: "guest!*@*" }, "banned"],
    [{ add: true, letter: "k", param: "key" }, "wrong-key"],
    [{ add: true, letter: "l", param: "2" }, "full"],
    [{ add: true, letter: "i" }, "invite-only"],
  ] as const;
  for (const [change, refusal] of cases) {
    hub.rooms.setModes(room, [change], amy.user!);
    const told = () => guest.heard.filter(({ kind }) => kind === "invited").length;
    const before = told();
    hub.rooms.invite(room, bob.user!, guest.user!);
    assert.equal(told(), before + 1);
    assert.equal(hub.rooms.join(guest.user!, "#tea"), refusal);
    hub.rooms.invite(room, amy.user!, guest.user!);
    assert.equal(hub.rooms.join(guest.user!, "#tea"), room);
    hub.rooms.part(guest.user!, room, "");
    assert.equal(hub.rooms.join(guest.user!, "#tea"), refusal);
    hub.rooms.setModes(room, [{ ...change, add: false }], amy.user!);
  }
});

const NICKS = ["amy", "bob", "b0b", "cara", "arny", "dora"];
const ROOMS = ["#tea", "#TEA", "#cake"];
const ACCOUNTS = ["amy", "bob"];

const act = fc.record({
  do: fc.constantFrom(
    "enter",
    "enter-account",
    "join",
    "part",
    "say",
    "say-to",
    "sign-in",
    "sign-out",
    "leave",
    "rename",
    "kick",
    "away",
    "disown",
    "give-up",
  ),
  who: fc.nat(11),
  other: fc.nat(11),
  name: fc.nat(11),
});

Deno.test("whatever happens in whatever order, the hub stays whole", () => {
  fc.assert(fc.property(fc.array(act, { maxLength: 60, size: "max" }), (acts) => {
    const { hub } = makeHub();
    let sessions: FakeSession[] = [];
    const gone: FakeSession[] = [];
    for (const { do: what, ...pick } of acts) {
      const session = sessions[pick.who % Math.max(1, sessions.length)];
      const other = sessions[pick.other % Math.max(1, sessions.length)];
      const nick = NICKS[pick.name % NICKS.length]!, room = ROOMS[pick.name % ROOMS.length]!;
      const account = ACCOUNTS[pick.name % ACCOUNTS.length]!;
      const who = { username: "u", realname: "r", host: "h" };
      if (what === "enter" || what === "enter-account") {
        const entering = new FakeSession();
        const as = what === "enter" ? { nick, account: undefined } : { nick: account, account };
        if (hub.enter(entering, { ...who, ...as }) === "ok") sessions.push(entering);
        continue;
      }
      if (!session?.user || !other?.user) continue;
      switch (what) {
        case "join":
          hub.rooms.join(session.user, room);
          break;
        case "part": {
          const found = hub.rooms.find(room);
          if (found?.members.has(session.user)) hub.rooms.part(session.user, found, "");
          break;
        }
        case "kick": {
          const found = hub.rooms.find(room);
          if (found?.members.has(other.user)) {
            hub.rooms.kick(other.user, found, { by: session.user, reason: "" });
          }
          break;
        }
        case "say": {
          const found = hub.rooms.find(room);
          if (found && hub.rooms.maySay(session.user, found)) {
            heardOnce(hub.say(session, found, { as: "message", text: "x" }), [
              ...found.members.keys(),
            ]);
          }
          break;
        }
        case "say-to":
          heardOnce(hub.say(session, other.user, { as: "message", text: "x" }), [
            session.user,
            other.user,
          ]);
          break;
        case "sign-in": {
          const wearer = hub.lookalike(account);
          const isFree = !wearer || wearer === session.user || wearer.account === account;
          if (session.user.account === undefined && isFree) hub.signIn(session, account);
          break;
        }
        case "sign-out":
          if (session.user.account !== undefined) {
            const guest = `guest${pick.other % 4}`;
            if (!hub.lookalike(guest)) hub.signOut(session, guest);
            else assert.throws(() => hub.signOut(session, guest), RangeError);
          }
          break;
        case "rename":
          if (session.user.account === undefined) hub.rename(session.user, nick);
          break;
        case "away":
          hub.setAway(session.user, "away");
          break;
        case "disown":
          hub.rooms.disown(account);
          break;
        case "give-up": {
          const found = hub.rooms.find(room);
          if (found) hub.rooms.giveUp(found);
          break;
        }
        case "leave":
          hub.leave(session, "bye");
          sessions = sessions.filter((one) => one !== session);
          gone.push(session);
          break;
      }
      checkWhole(hub, sessions, gone);
    }

    function heardOnce(said: SaidEvent, users: readonly User[]): void {
      for (const session of sessions) {
        const times = session.heard.filter((event) =>
          event.kind === "said" && event.id === said.id
        );
        const isOwnEcho = said.to.kind === "user" && said.to.nick === said.from.nick &&
          said.origin === session.id;
        assert.equal(times.length, users.includes(session.user!) ? (isOwnEcho ? 2 : 1) : 0);
      }
    }
  }));
});

function checkWhole(
  hub: Hub,
  sessions: readonly FakeSession[],
  gone: readonly FakeSession[],
): void {
  const users = [...hub.users];
  assert.equal(new Set(users.map(({ nick }) => skeletonOf(nick))).size, users.length);
  assert.equal(new Set(users.flatMap((user) => [...user.sessions.values()])).size, sessions.length);
  for (const user of users) {
    assert(user.sessions.size > 0, "a ghost");
    assert.equal(hub.user(user.nick), user);
    assert.equal(hub.lookalike(user.nick), user);
    assert(user.mask.startsWith(`${user.nick}!`));
    if (user.account !== undefined) assert.equal(user.nick, user.account);
    for (const session of user.sessions.values()) assert.equal(session?.user, user);
    for (const room of user.rooms) {
      assert(room.members.has(user));
      assert.equal(hub.rooms.find(room.name), room);
    }
  }
  for (const room of hub.rooms) {
    assert(room.members.size > 0 || room.founder !== undefined || room.permanent);
    for (const member of room.members.keys()) {
      assert(users.includes(member));
      assert(member.rooms.has(room));
    }
  }
  for (const session of gone) assert.equal(session.user, undefined);
}
