/**
 * The view of a client: one value and one pure step function over its events. Any interface can draw from it without
 * keeping state itself.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";
import type { ServerConnectionState } from "./events/connection_state.ts";
import type { ClientEvent, PrivateMessage, RoomMessage } from "./events/events.ts";
import { MemberSet } from "./view/member_set.ts";
import { mentions } from "./view/mentions.ts";
import { addToTimeline, completedTimeline, EMPTY_TIMELINE } from "./view/message_timeline.ts";
import type { ClientView, ViewedPlace, ViewedRoom } from "./view/view_state.ts";
import { stepWork } from "./view/view_work.ts";

/** Most private conversations that are kept. */
export const MAX_CONVERSATIONS = 100;

/** An input of {@linkcode stepView}: an event of the client, or that the user looks at a room or a conversation. */
export type ViewInput = ClientEvent | { readonly event: "looked-at"; readonly place: string };

/**
 * Returns the view after an event, or the same one if nothing changes.
 *
 * @example Messages in a room that is not looked at are unread
 * ```ts
 * import assert from "node:assert/strict";
 * import { stepView } from "./view.ts";
 * import { FIRST_VIEW } from "./view/view_state.ts";
 * const said = { id: "m1", time: "2026-01-01T00:00:00.000Z", action: false, own: false, replayed: false };
 * const view = [
 *   { event: "joined", room: "#tea", user: "amy", own: true } as const,
 *   { event: "joined", room: "#cake", user: "amy", own: true } as const,
 *   { event: "message", room: "#cake", from: "bob", text: "amy: hungry?", ...said } as const,
 * ].reduce(stepView, FIRST_VIEW);
 * assert.equal(view.current, "#tea");
 * assert.deepEqual([view.rooms.get("#cake")?.unread, view.rooms.get("#cake")?.mentions], [1, 1]);
 * ```
 */
export function stepView(view: ClientView, input: ViewInput): ClientView {
  switch (input.event) {
    case "connected":
      return { ...view, nick: input.nick };
    case "signed-in":
      return { ...view, account: input.user };
    case "signed-out":
      return { ...view, account: undefined, current: lastJoined(view) };
    case "sign-in-lost":
      return { ...view, account: undefined };
    case "connection":
      return follow(view, input.state);
    case "round-trip":
      return { ...view, roundTripMs: input.ms };
    case "joined":
      return join(view, input);
    case "left":
      return leave(view, input);
    case "rejoin-failed":
      return forget(view, foldName(input.room));
    case "members":
      return changeMembers(view, input.room, (members) => members.with(input.users));
    case "topic":
      return changeRoom(view, input.room, () => ({ topic: input.topic }));
    case "history-start":
      return changeRoom(
        view,
        input.room,
        ({ timeline }) => ({ timeline: completedTimeline(timeline) }),
      );
    case "renamed":
      return rename(view, input);
    case "message":
      return hear(view, input);
    case "private":
      return hearPrivately(view, input);
    case "sending":
      return { ...view, reaching: new Map(view.reaching).set(input.id, input.to) };
    case "unsent":
      return arrived(view, input.id);
    case "looked-at":
      return look(view, input.place);
    default: {
      const work = stepWork(view.work, input);
      return work === view.work ? view : { ...view, work };
    }
  }
}

/** The rooms and conversations with unread messages, those that mention us first. */
export function unreadPlaces({ rooms, conversations }: ClientView): readonly ViewedPlace[] {
  return [...rooms.values(), ...conversations.values()]
    .filter(({ unread }) => unread > 0)
    .sort((a, b) => b.mentions - a.mentions);
}

function join(
  view: ClientView,
  { room: name, user, own }: Extract<ClientEvent, { event: "joined" }>,
): ClientView {
  const key = foldName(name);
  if (!own) return changeMembers(view, name, (members) => members.with([user]));
  const known = view.rooms.get(key) ?? newRoom(name);
  const room: ViewedRoom = { ...known, name, members: MemberSet.EMPTY.with([user]) };
  return {
    ...view,
    nick: user,
    rooms: new Map(view.rooms).set(key, room),
    joined: [...view.joined.filter((joined) => joined !== key), key],
    current: view.current ?? name,
  };
}

function leave(
  view: ClientView,
  { room, user, own }: Extract<ClientEvent, { event: "left" }>,
): ClientView {
  if (!own) return changeMembers(view, room, (members) => members.without(user));
  const key = foldName(room);
  const left = forget(view, key);
  const isCurrent = view.current !== undefined && foldName(view.current) === key;
  return isCurrent ? { ...left, current: lastJoined(left) } : left;
}

function rename(
  view: ClientView,
  { from, to, own }: Extract<ClientEvent, { event: "renamed" }>,
): ClientView {
  const renamed = view.joined.reduce(
    (view, room) =>
      changeMembers(
        view,
        room,
        (members) => members.has(from) ? members.without(from).with([to]) : members,
      ),
    view,
  );
  return own ? { ...renamed, nick: to } : renamed;
}

function hear(view: ClientView, message: RoomMessage): ClientView {
  return changeRoom(
    view,
    message.room,
    (room) => heard(view, room, message, mentions(message.text, view.nick)),
  );
}

function hearPrivately(before: ClientView, message: PrivateMessage): ClientView {
  const view = message.own ? arrived(before, message.id) : before;
  const name = message.own ? message.to : message.from;
  const key = foldName(name);
  const known = view.conversations.get(key) ?? newPlace(name);
  const conversations = new Map(view.conversations);
  conversations.delete(key); // moves to the end
  conversations.set(key, heard(view, { ...known, name }, message, true));
  const [quietest = ""] = conversations.keys();
  if (conversations.size > MAX_CONVERSATIONS) conversations.delete(quietest);
  return { ...view, conversations };
}

/** Counts a message as unread unless it is in the current place, our own, or from history. */
function heard<Place extends ViewedPlace>(
  view: ClientView,
  place: Place,
  message: RoomMessage | PrivateMessage,
  isForUs: boolean,
): Place {
  const timeline = addToTimeline(place.timeline, message);
  const isRead = message.own || message.replayed || isCurrent(view, place);
  if (isRead) return { ...place, timeline };
  const unread = place.unread + 1;
  return { ...place, timeline, unread, mentions: place.mentions + (isForUs ? 1 : 0) };
}

function look(view: ClientView, name: string): ClientView {
  const key = foldName(name);
  const seen = { unread: 0, mentions: 0 };
  const room = view.rooms.get(key);
  const conversation = view.conversations.get(key);
  return {
    ...view,
    current: room?.name ?? conversation?.name ?? name,
    ...(room ? { rooms: new Map(view.rooms).set(key, { ...room, ...seen }) } : {}),
    ...(conversation
      ? { conversations: new Map(view.conversations).set(key, { ...conversation, ...seen }) }
      : {}),
  };
}

function changeRoom(
  view: ClientView,
  name: string,
  change: (room: ViewedRoom) => Partial<ViewedRoom>,
): ClientView {
  const key = foldName(name);
  const room = view.rooms.get(key);
  if (room === undefined) return view;
  return { ...view, rooms: new Map(view.rooms).set(key, { ...room, ...change(room) }) };
}

/** Changes a room's members, which are known only while we are in it. */
function changeMembers(
  view: ClientView,
  room: string,
  change: (members: MemberSet) => MemberSet,
): ClientView {
  const key = foldName(room);
  const before = view.joined.includes(key) ? view.rooms.get(key)?.members : undefined;
  const members = before && change(before);
  if (members === undefined || members === before) return view;
  return changeRoom(view, room, () => ({ members }));
}

/** Without a connection, the members of rooms are unknown and our name is the account to sign in to again. */
function follow(view: ClientView, connection: ServerConnectionState): ClientView {
  if (connection.at !== "waiting") return { ...view, connection };
  const emptied = [...view.rooms].map(([key, room]) =>
    [key, { ...room, members: MemberSet.EMPTY }] as const
  );
  return { ...view, connection, nick: view.account ?? "*", rooms: new Map(emptied), joined: [] };
}

function forget(view: ClientView, key: string): ClientView {
  const rooms = new Map(view.rooms);
  rooms.delete(key);
  return { ...view, rooms, joined: view.joined.filter((joined) => joined !== key) };
}

function arrived(view: ClientView, id: string): ClientView {
  if (!view.reaching.has(id)) return view;
  const reaching = new Map(view.reaching);
  reaching.delete(id);
  return { ...view, reaching };
}

function isCurrent({ current }: ClientView, { name }: ViewedPlace): boolean {
  return current !== undefined && foldName(current) === foldName(name);
}

function lastJoined({ joined, rooms }: ClientView): string | undefined {
  const key = joined.at(-1);
  return key === undefined ? undefined : rooms.get(key)?.name;
}

function newPlace(name: string): ViewedPlace {
  return { name, timeline: EMPTY_TIMELINE, unread: 0, mentions: 0 };
}

function newRoom(name: string): ViewedRoom {
  return { ...newPlace(name), topic: "", members: MemberSet.EMPTY };
}
