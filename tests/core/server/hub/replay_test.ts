import assert from "node:assert/strict";
import * as fc from "fast-check";
import { LocalBus } from "../../../../core/server/hub/bus.ts";
import type { HubEvent } from "../../../../core/server/hub/events.ts";
import { Hub } from "../../../../core/server/hub/hub.ts";
import type { HubSession, Room, User } from "../../../../core/server/hub/types.ts";

const NICKS = ["amy", "bob", "b0b", "cara", "arny"];
const ROOMS = ["#tea", "#TEA", "#cake"];
const ACCOUNTS = ["amy", "bob"];
const WHO = { username: "u", realname: "r", host: "h" };

class SilentSession implements HubSession {
  user: User | undefined;
  readonly id: string;
  constructor(hub: Hub) {
    this.id = hub.newSessionId();
  }
  deliver(): void {}
}

/** Two hubs that hear the same events: one decides on acts, the other is sent the events as JSON. */
function makePair() {
  let time = 1_000, ids = 0;
  const times = { steadyNow: () => time, wallNow: () => time };
  const names = { newId: () => `id${ids++}`, newLife: () => ids++ };
  const bus = new LocalBus(), replayBus = new LocalBus();
  const events: HubEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const hub = new Hub({ ...times, ...names, bus, instance: "a" });
  const replay = new Hub({ ...times, ...names, bus: replayBus, instance: "b" });
  bus.subscribe((event) => replayBus.publish(JSON.parse(JSON.stringify(event))));
  return { hub, replay, events, tick: () => time += 10 };
}

const act = fc.record({
  do: fc.constantFrom(
    ...[
      "enter",
      "enter-account",
      "join",
      "part",
      "kick",
      "say",
      "say-to",
      "signal",
      "topic",
      "modes",
      "invite",
    ],
    ...[
      "sign-in",
      "sign-out",
      "leave",
      "rename",
      "away",
      "realname",
      "user-modes",
      "disown",
      "give-up",
    ],
    ...["restore"],
  ),
  who: fc.nat(11),
  other: fc.nat(11),
  pick: fc.nat(11),
  add: fc.boolean(),
  letter: fc.constantFrom("o", "v", "b", "k", "l", "i", "m", "n", "s", "t"),
});

type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

Deno.test("a second hub that is sent the events of a first one, as JSON, has the same state", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: "max" }), (acts) => {
      const { hub, replay, events, tick } = makePair();
      const sessions: SilentSession[] = [];
      for (const one of acts) {
        tick();
        run(hub, sessions, one);
        assert.deepEqual(stateOf(replay), stateOf(hub));
      }
      for (const { kind } of events) kinds.add(kind);
    }),
    { numRuns: 150 },
  );
  assert.equal(
    kinds.size,
    ALL_KINDS.length,
    `missing: ${ALL_KINDS.filter((kind) => !kinds.has(kind))}`,
  );
});

Deno.test("a session of another instance is known by its id, and is sent nothing", () => {
  const { hub, replay } = makePair();
  const session = new SilentSession(hub);
  hub.enter(session, { ...WHO, nick: "amy", account: undefined });
  const amy = replay.user("amy");
  assert(amy);
  assert.deepEqual([...amy.sessions], [[session.id, undefined]]);
});

Deno.test("a session of one instance receives what is said on another", () => {
  const { hub, replay } = makePair();
  const heard: HubEvent[] = [];
  const near: HubSession = {
    id: replay.newSessionId(),
    user: undefined,
    deliver: (event) => heard.push(event),
  };
  const far = new SilentSession(hub);
  hub.enter(far, { ...WHO, nick: "amy", account: "amy" });
  replay.enter(near, { ...WHO, nick: "amy", account: "amy" });
  const room = hub.rooms.join(far.user!, "#tea");
  assert(typeof room !== "string");
  hub.say(far, room, { as: "message", text: "hello" });
  assert.deepEqual(heard.map(({ kind }) => kind), ["joined", "said"]);
});

const ALL_KINDS: readonly HubEvent["kind"][] = Object.keys(
  {
    "said": 0,
    "came-online": 0,
    "session-opened": 0,
    "session-closed": 0,
    "quit": 0,
    "renamed": 0,
    "account-changed": 0,
    "realname-changed": 0,
    "away-changed": 0,
    "user-modes-changed": 0,
    "room-opened": 0,
    "joined": 0,
    "left": 0,
    "kicked": 0,
    "topic-changed": 0,
    "modes-changed": 0,
    "invited": 0,
    "disowned": 0,
  } satisfies Record<HubEvent["kind"], 0>,
) as HubEvent["kind"][];

function run(
  hub: Hub,
  sessions: SilentSession[],
  { do: what, who, other, pick, add, letter }: Act,
) {
  const nick = NICKS[pick % NICKS.length]!, name = ROOMS[pick % ROOMS.length]!;
  const account = ACCOUNTS[pick % ACCOUNTS.length]!;
  if (what === "enter" || what === "enter-account") {
    const session = new SilentSession(hub);
    const as = what === "enter" ? { nick, account: undefined } : { nick: account, account };
    if (hub.enter(session, { ...WHO, ...as }) === "ok") sessions.push(session);
    return;
  }
  const room = hub.rooms.find(name);
  if (what === "restore") {
    if (!room) hub.rooms.restore(lobby(name));
    return;
  }
  if (what === "disown") return hub.rooms.disown(account);
  const session = sessions[who % Math.max(1, sessions.length)];
  const user = session?.user, target = sessions[other % Math.max(1, sessions.length)]?.user;
  if (!session || !user || !target) return;
  switch (what) {
    case "join":
      return void hub.rooms.join(user, name, add ? "key" : undefined);
    case "say-to":
      return void hub.say(session, target, { as: "message", text: "x" });
    case "sign-in": {
      const present = hub.lookalike(account);
      const isFree = !present || present === user || present.account === account;
      return void (user.account === undefined && isFree && hub.signIn(session, account));
    }
    case "sign-out": {
      const guest = `guest${other % 4}`;
      return void (user.account !== undefined && !hub.lookalike(guest) &&
        hub.signOut(session, guest));
    }
    case "leave":
      sessions.splice(sessions.indexOf(session), 1);
      return hub.leave(session, "bye");
    case "rename":
      return void (user.account === undefined && hub.rename(user, nick));
    case "away":
      return hub.setAway(user, add ? "lunch" : undefined);
    case "realname":
      return hub.setRealname(user, nick);
    case "user-modes":
      return hub.setUserModes(user, [{ add, letter: "i" }, { add: !add, letter: "B" }]);
  }
  if (!room) return;
  switch (what) {
    case "part":
      return void (room.members.has(user) && hub.rooms.part(user, room, ""));
    case "kick":
      return void (room.members.has(target) &&
        hub.rooms.kick(target, room, { by: user, reason: "" }));
    case "say":
      return void hub.say(session, room, { as: "message", text: "x", tags: { "+a": "b" } });
    case "signal":
      return void hub.say(session, room, { as: "signal", text: "" });
    case "topic":
      return hub.rooms.setTopic(room, add ? nick : "", user);
    case "invite":
      return hub.rooms.invite(room, user, target);
    case "give-up":
      return hub.rooms.giveUp(room);
    case "modes": {
      const params: Readonly<Record<string, string>> = {
        ...{ o: target.nick, v: target.nick },
        ...{ b: `${nick}!*@*`, k: "key", l: "3" },
      };
      const param = params[letter];
      const change = param === undefined ? { add, letter } : { add, letter, param };
      return hub.rooms.setModes(room, [change, { ...change, add: !add }, change], user);
    }
  }
}

function lobby(name: string) {
  const open = { key: undefined, limit: undefined, flags: [], bans: [], topic: undefined };
  return { ...open, name, founder: undefined, permanent: name === "#tea", createdAt: 5, life: 0 };
}

/** All of a hub's state, as values. */
function stateOf(hub: Hub) {
  const users = [...hub.users].map((user) => ({
    ...JSON.parse(JSON.stringify(user.facts)),
    ref: user.ref,
    modes: [...user.modes],
    sessions: [...user.sessions.keys()],
    rooms: [...user.rooms].map(({ name }) => name),
    invitedTo: [...user.invitedTo].map(({ name }) => name),
    enteredAt: user.enteredAt,
    spokeAt: user.spokeAt,
  }));
  return { users, rooms: [...hub.rooms].map(roomOf), mostUsers: hub.mostUsers };
}

function roomOf({ members, flags, bans, ...room }: Room) {
  return {
    ...JSON.parse(JSON.stringify(room)),
    members: [...members].map(([{ nick }, rank]) => ({ nick, ...rank })),
    flags: [...flags],
    bans: [...bans],
  };
}
