/**
 * The receivers of each event.
 *
 * @module
 */
import type { HubEvent, SaidEvent } from "./events.ts";
import type { HubState } from "./state.ts";
import type { HubSession, Room, User } from "./types.ts";

/** The local sessions that receive an event; for a departure by the state before the event, else after it. */
export function audienceOf(
  state: HubState,
  event: Exclude<HubEvent, SaidEvent>,
): readonly HubSession[] {
  switch (event.kind) {
    case "came-online":
    case "session-opened":
    case "session-closed":
    case "room-opened":
    case "disowned":
      return [];
    case "invited":
      return sessionsOf(state.user(event.guest.nick));
    case "user-modes-changed":
      return sessionsOf(state.user(event.user.nick));
    case "quit": {
      const user = state.user(event.user.nick);
      return neighboursOf(user).filter((session) => session.user !== user);
    }
    case "renamed":
    case "account-changed":
    case "realname-changed":
    case "away-changed":
      return neighboursOf(state.user(event.user.nick));
    case "joined":
    case "left":
    case "kicked":
    case "topic-changed":
    case "modes-changed":
      return membersOf(state.room(event.room.name));
  }
}

/** Whether the leaving user receives the event, so that its audience is that of the state before. */
export function isDeparture(
  event: HubEvent,
): event is Extract<HubEvent, { kind: "left" | "kicked" | "quit" }> {
  const { kind } = event;
  return kind === "left" || kind === "kicked" || kind === "quit";
}

/** Delivers a message. The hot path: allocates nothing. */
export function deliverSaid(state: HubState, said: SaidEvent): void {
  const { to } = said;
  if (to.kind === "room") {
    const room = state.room(to.name);
    if (!room) return;
    for (const member of room.members.keys()) deliverTo(member, said);
    return;
  }
  const from = state.user(said.from.nick), receiver = state.user(to.nick);
  if (receiver && receiver === from) return deliverToSelf(receiver, said);
  if (receiver) deliverTo(receiver, said);
  if (from) deliverTo(from, said);
}

/** A message to oneself is delivered twice: as received, and as sent by this session. */
function deliverToSelf(self: User, said: SaidEvent): void {
  deliverTo(self, { ...said, origin: undefined });
  if (said.origin !== undefined) self.sessions.get(said.origin)?.deliver(said);
}

function deliverTo({ sessions }: User, said: SaidEvent): void {
  for (const session of sessions.values()) session?.deliver(said);
}

function sessionsOf(user: User | undefined): HubSession[] {
  return user ? [...user.sessions.values()].filter((session) => session !== undefined) : [];
}

function membersOf(room: Room | undefined): HubSession[] {
  return room ? [...room.members.keys()].flatMap(sessionsOf) : [];
}

/** The user's sessions, and those of all users who share a room with them, once each. */
function neighboursOf(user: User | undefined): HubSession[] {
  if (!user) return [];
  const near = new Set<User>([user]);
  for (const room of user.rooms) for (const member of room.members.keys()) near.add(member);
  return [...near].flatMap(sessionsOf);
}
