import assert from "node:assert/strict";
import fc from "fast-check";
import type {
  ClientEvent,
  OfferEvent,
  PrivateMessage,
  ProgressEvent,
  RoomMessage,
} from "../../../core/client/mod.ts";
import {
  MAX_CONVERSATIONS,
  stepView,
  unreadPlaces,
  type ViewInput,
} from "../../../core/client/view.ts";
import { MemberSet } from "../../../core/client/view/member_set.ts";
import {
  addToTimeline,
  EMPTY_TIMELINE,
  MAX_TIMELINE_CHARACTERS,
  MAX_TIMELINE_ENTRIES,
  timelineEntries,
} from "../../../core/client/view/message_timeline.ts";
import { type ClientView, FIRST_VIEW } from "../../../core/client/view/view_state.ts";
import { foldName } from "../../../core/ground/names.ts";

const after = (...inputs: ViewInput[]): ClientView => inputs.reduce(stepView, FIRST_VIEW);
const join = (room: string, user: string, own = false): ClientEvent => (
  { event: "joined", room, user, own }
);
const leave = (room: string, user: string, own = false): ClientEvent => (
  { event: "left", room, user, own, reason: { kind: "parted", text: "" } }
);
const at = (second: number) => new Date(second * 1_000).toISOString();
let ids = 0;
/** What a message in a room and a private one have in common. */
type Facts = Omit<RoomMessage, "event" | "room">;
const said = (text: string, facts: Partial<Facts> = {}): Facts => {
  const id = `m${++ids}`;
  const defaults = { from: "bob", id, time: at(ids), action: false, own: false, replayed: false };
  return { text, ...defaults, ...facts };
};
const message = (room: string, text: string, facts: Partial<Facts> = {}): RoomMessage => (
  { event: "message", room, ...said(text, facts) }
);
const whisper = (text: string, { to = "amy", ...facts }: Partial<Facts & { to: string }> = {}) => (
  { event: "private", to, direct: true, ...said(text, facts) } satisfies PrivateMessage
);
const texts = (view: ClientView, room: string) =>
  timelineEntries(view.rooms.get(room)?.timeline ?? EMPTY_TIMELINE).map(({ text }) => text);

Deno.test("stepView() knows our rooms, their members and topics", () => {
  const view = after(
    { event: "connected", server: "srv:1", fingerprint: "AB", nick: "guest0001" },
    { event: "signed-in", user: "amy" },
    { event: "renamed", from: "guest0001", to: "amy", own: true },
    join("#Tea", "amy", true),
    { event: "members", room: "#tea", users: ["amy", "bob", "Carl"] },
    { event: "topic", room: "#tea", topic: "Earl Grey", by: undefined },
    join("#tea", "dora"),
    leave("#tea", "CARL"),
    { event: "renamed", from: "bob", to: "robert", own: false },
  );
  const room = view.rooms.get("#tea");
  assert.deepEqual([view.nick, view.account, view.current], ["amy", "amy", "#Tea"]);
  assert.deepEqual([...room?.members ?? []].sort(), ["amy", "dora", "robert"]);
  assert.equal(room?.topic, "Earl Grey");
  const stranger = { event: "renamed", from: "eve", to: "mallory", own: false } as const;
  assert.equal(stepView(view, stranger), view, "in none of our rooms");
});

Deno.test("stepView() counts what is unread elsewhere, and what names us", () => {
  const rooms = [join("#tea", "amy", true), join("#cake", "amy", true)];
  const view = after(
    ...rooms,
    message("#tea", "here"),
    message("#cake", "amy: cake?"),
    message("#cake", "amylase"),
    message("#cake", "mine", { own: true, from: "amy" }),
    message("#cake", "amy, of old", { replayed: true }),
    whisper("psst"),
  );
  const counts = ({ unread, mentions }: { unread: number; mentions: number }) => [unread, mentions];
  assert.deepEqual(counts(view.rooms.get("#tea")!), [0, 0]);
  assert.deepEqual(counts(view.rooms.get("#cake")!), [2, 1]);
  assert.deepEqual(counts(view.conversations.get("bob")!), [1, 1]);
  assert.deepEqual(unreadPlaces(view).map(({ name }) => name).sort(), ["#cake", "bob"]);
  const looked = stepView(view, { event: "looked-at", place: "#CAKE" });
  assert.deepEqual([looked.current, ...counts(looked.rooms.get("#cake")!)], ["#cake", 0, 0]);
  const read = stepView(looked, message("#cake", "amy!"));
  assert.deepEqual(counts(read.rooms.get("#cake")!), [0, 0], "it is looked at");
  assert.equal(read.rooms.get("#tea")?.timeline.size, 1);
});

Deno.test("stepView() talks in the room that was joined first, then in the last one left", () => {
  const view = after(
    join("#tea", "amy", true),
    join("#cake", "amy", true),
    join("#soup", "amy", true),
  );
  assert.equal(view.current, "#tea");
  const left = stepView(view, leave("#TEA", "amy", true));
  assert.deepEqual([left.current, left.rooms.has("#tea")], ["#soup", false]);
  const alone = [leave("#soup", "amy", true), leave("#cake", "amy", true)].reduce(stepView, left);
  assert.equal(alone.current, undefined);
});

Deno.test("stepView() keeps what was said through a lost connection, and nobody's presence", () => {
  const lost = after(
    join("#tea", "amy", true),
    { event: "members", room: "#tea", users: ["bob"] },
    message("#tea", "one"),
    {
      event: "connection",
      state: { at: "waiting", attempt: 1, delayMs: 1_000, reason: { kind: "hung-up" } },
    },
  );
  assert.deepEqual([lost.joined, lost.rooms.get("#tea")?.members.size], [[], 0]);
  assert.deepEqual([lost.current, texts(lost, "#tea")], ["#tea", ["one"]]);
  const back = [join("#tea", "amy", true), message("#tea", "two")].reduce<ClientView>(
    stepView,
    lost,
  );
  assert.deepEqual(texts(back, "#tea"), ["one", "two"]);
  assert.deepEqual(back.joined, ["#tea"]);
  const refused = stepView(lost, {
    ...{ event: "rejoin-failed", room: "#tea", problem: { kind: "not-connected" } },
  });
  assert.equal(refused.rooms.size, 0);
});

Deno.test("stepView() puts older pages in front, each message once, until the start is there", () => {
  const replayed = (second: number) =>
    message("#tea", `at ${second}`, { time: at(second), id: `h${second}`, replayed: true });
  const live = message("#tea", "live", { time: at(9) });
  const pages = [replayed(5), replayed(6), live, replayed(3), replayed(4), replayed(5)];
  const view = after(join("#tea", "amy", true), ...pages);
  assert.deepEqual(texts(view, "#tea"), ["at 3", "at 4", "at 5", "at 6", "live"]);
  assert.equal(view.rooms.get("#tea")?.timeline.isComplete, false);
  const whole = stepView(view, { event: "history-start", room: "#tea" });
  assert.equal(whole.rooms.get("#tea")?.timeline.isComplete, true);
});

Deno.test("addToTimeline() keeps a bounded end of what was said", () => {
  let timeline = { ...EMPTY_TIMELINE, isComplete: true };
  let last = whisper("x");
  for (let n = 0; n < 2 * MAX_TIMELINE_ENTRIES; n++) {
    timeline = addToTimeline(timeline, last = whisper("x"));
  }
  assert(timeline.size >= MAX_TIMELINE_ENTRIES && timeline.size < MAX_TIMELINE_ENTRIES + 100);
  assert.deepEqual([timeline.characters, timeline.isComplete], [timeline.size, false]);
  assert.equal(timelineEntries(timeline).at(-1), last);
  const long = whisper("y".repeat(MAX_TIMELINE_CHARACTERS));
  timeline = addToTimeline(timeline, long);
  assert.deepEqual(timelineEntries(timeline), [long]);
});

Deno.test("stepView() keeps no more conversations than there is room for", () => {
  const people = Array.from({ length: MAX_CONVERSATIONS }, (_, n) => `person${n}`);
  const view = after(
    ...people.map((from) => whisper("hi", { from })),
    whisper("again", { from: "person0" }),
    whisper("hi", { from: "late" }),
  );
  assert.equal(view.conversations.size, MAX_CONVERSATIONS);
  assert.deepEqual([view.conversations.has("person0"), view.conversations.has("person1")], [
    true,
    false,
  ]);
});

Deno.test("stepView() follows private messages on their way", () => {
  const reaching = after({ event: "sending", to: "bob", id: "p1" }, {
    ...{ event: "sending", to: "carl", id: "p2" },
  });
  assert.deepEqual([...reaching.reaching.values()], ["bob", "carl"]);
  const one = stepView(reaching, { event: "unsent", to: "carl", id: "p2" });
  const none = stepView(one, whisper("hi", { own: true, from: "amy", to: "bob", id: "p1" }));
  assert.equal(none.reaching.size, 0);
  assert.equal(none.conversations.get("bob")?.timeline.size, 1);
});

const OFFER: OfferEvent = {
  ...{ event: "offer", id: "t1", number: 1, from: "amy", to: "bob", own: true, kind: "file" },
  ...{ names: ["a.bin"], bytes: 10, files: 1 },
};

Deno.test("stepView() follows what is offered to its end", () => {
  const { id, number } = OFFER;
  const progress: ProgressEvent = {
    ...{ event: "progress", id, number, bytes: 5, total: 10, file: "a.bin" },
    ...{ fileIndex: 1, files: 1, bytesPerSecond: 1 },
  };
  const state = (...events: ClientEvent[]) => after(OFFER, ...events).work.get(number)?.state;
  assert.equal(state(), "waiting");
  assert.equal(state(progress), "running");
  const interrupted: ClientEvent = {
    ...{ event: "transfer-interrupted", id, number, names: ["a.bin"], files: 1 },
    ...{ failure: { kind: "other", message: "cut" }, retryInMs: 1 },
  };
  assert.equal(state(progress, interrupted), "interrupted");
  const ended: ClientEvent = {
    ...{ event: "transfer-ended", id, number, from: "amy", to: "bob", own: true },
    ...{ names: ["a.bin"], files: 1, code: "transfer-lost" },
    failure: { kind: "peer", failure: { kind: "other", message: "cut" } },
  };
  assert.equal(state(progress, ended), undefined);

  const song: OfferEvent = { ...OFFER, kind: "audio", number: 2 };
  const stream = (state: "started" | "paused" | "stats" | "ended") => (
    { event: "stream", id, number: 2, from: "amy", to: "bob", kind: "audio", state } as const
  );
  const work = (...events: ClientEvent[]) => after(song, ...events).work.get(2)?.state;
  assert.equal(work(stream("started")), "running");
  assert.equal(work(stream("started"), stream("paused"), stream("stats")), "paused");
  assert.equal(work(stream("started"), stream("ended")), undefined);
});

const names = fc.constantFrom("amy", "Amy", "bob", "carl", "dora");
const rooms = fc.constantFrom("#tea", "#Tea", "#cake");
const anyInput: fc.Arbitrary<ViewInput> = fc.oneof(
  fc.tuple(rooms, names, fc.boolean()).map((it) => join(...it)),
  fc.tuple(rooms, names, fc.boolean()).map((it) => leave(...it)),
  fc.record({
    event: fc.constant("members" as const),
    room: rooms,
    users: fc.array(names, { maxLength: 3 }),
  }),
  fc.tuple(names, names, fc.boolean()).map(([from, to, own]) => (
    { event: "renamed", from, to, own } as const
  )),
  fc.tuple(rooms, fc.string(), fc.boolean(), fc.nat(50)).map(([room, text, replayed, second]) =>
    message(room, text, { replayed, time: at(second) })
  ),
  fc.tuple(names, fc.boolean()).map(([from, own]) => whisper("hi", { from, own })),
  rooms.map((place) => ({ event: "looked-at", place } as const)),
  fc.constant({ event: "signed-out", user: "amy" } as const),
  fc.constant<ViewInput>({
    event: "connection",
    state: { at: "waiting", attempt: 1, delayMs: 1, reason: { kind: "silent" } },
  }),
  rooms.map((room) => ({ event: "history-start", room } as const)),
);

Deno.test("no sequence of events breaks a view", () => {
  fc.assert(fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
    let view = FIRST_VIEW;
    for (const input of inputs) {
      const frozen = Object.freeze(view);
      view = stepView(frozen, input);
      assert.equal(new Set(view.joined).size, view.joined.length, "a room is joined once");
      for (const key of view.joined) assert(view.rooms.has(key));
      for (const [key, { name, members, unread, mentions, timeline }] of view.rooms) {
        assert.equal(key, foldName(name));
        assert(mentions <= unread && unread <= timeline.size);
        assert.equal([...members].length, members.size);
        if (!view.joined.includes(key)) assert.equal(members.size, 0);
        const entries = timelineEntries(timeline);
        const seen = entries.map(({ id }) => id);
        assert.equal(entries.length, timeline.size);
        assert.equal(new Set(seen).size, seen.length, "each message once");
        assert.equal(entries.reduce((sum, { text }) => sum + text.length, 0), timeline.characters);
      }
    }
  }));
});

Deno.test("a MemberSet is as a set of folded names, and never changes", () => {
  const change = fc.tuple(fc.boolean(), fc.array(names, { minLength: 1, maxLength: 3 }));
  fc.assert(fc.property(fc.array(change), (changes) => {
    let set = MemberSet.EMPTY;
    const model = new Map<string, string>();
    for (const [isAdded, nicks] of changes) {
      const before = [...set];
      const next = isAdded ? set.with(nicks) : set.without(nicks[0]!);
      assert.deepEqual([...set], before);
      set = next;
      if (isAdded) { for (const nick of nicks) model.set(foldName(nick), nick); }
      else model.delete(foldName(nicks[0]!));
      assert.deepEqual([...set].sort(), [...model.values()].sort());
      assert.equal(set.size, model.size);
    }
  }));
});
