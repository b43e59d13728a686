/**
 * What becomes of acts that concern a user: the events that follow, or why not. Pure: nothing changes here.
 *
 * @module
 */
import type { HubEvent, SessionId, UserFacts, UserModeChange } from "./events.ts";
import type { HubState } from "./state.ts";
import type { User } from "./types.ts";

/** What the decisions of a hub go by. */
export interface DecisionContext {
  readonly state: HubState;
  /** Milliseconds since 1970, for what people see. */
  readonly time: number;
}

/** The events that follow from an act, in their order; or, as a word, why it is refused. */
export type Decision<Refusal extends string = never> = readonly HubEvent[] | Refusal;

/** How a session introduces its user. */
export interface Introduction {
  readonly nick: string;
  readonly account: string | undefined;
  readonly username: string;
  readonly realname: string;
  readonly host: string;
}

/** Decides on a session that comes in: one more of its account's user, or a user of its own. */
export function decideEnter(
  { state, time }: DecisionContext,
  session: SessionId,
  who: Introduction,
): Decision<"nick-in-use"> {
  const present = state.lookalike(who.nick);
  if (!present) return [{ kind: "came-online", time, user: factsOf(who), session }];
  if (who.account === undefined || present.account !== who.account) return "nick-in-use";
  return [{ kind: "session-opened", time, user: present.facts, session }];
}

/** Decides on a guest's session that signs in: its user is renamed, or it moves to the account's user. */
export function decideSignIn(
  context: DecisionContext,
  { session, user, account }: {
    readonly session: SessionId;
    readonly user: User;
    readonly account: string;
  },
): Decision<"nick-in-use"> {
  const { state, time } = context;
  const present = state.lookalike(account);
  if (present && present !== user) {
    if (present.account !== account) return "nick-in-use";
    return [
      ...decideLeave(context, { session, user, reason: "Signed in" }),
      { kind: "session-opened", time, user: present.facts, session },
    ];
  }
  const signedIn = changed(user.facts, { account, nick: account });
  return [...renaming(user, signedIn, time), { kind: "account-changed", time, user: signedIn }];
}

/** Decides on a session that goes on as the guest `nick`, in no room. */
export function decideSignOut(
  context: DecisionContext,
  { session, user, nick }: {
    readonly session: SessionId;
    readonly user: User;
    readonly nick: string;
  },
): Decision<"nick-in-use"> {
  const { state, time } = context;
  if (state.lookalike(nick)) return "nick-in-use";
  if (user.sessions.size > 1) {
    const { username, realname, host } = user;
    const guest = factsOf({ nick, account: undefined, username, realname, host });
    return [
      ...decideLeave(context, { session, user, reason: "Signed out" }),
      { kind: "came-online", time, user: guest, session },
    ];
  }
  const guest = changed(user.facts, { account: undefined, nick });
  const left = [...user.rooms].map(({ ref: room }) =>
    ({ kind: "left", time, user: user.facts, room, reason: "Signed out" }) as const
  );
  return [
    ...left,
    ...renaming(user, guest, time),
    { kind: "account-changed", time, user: guest },
  ];
}

/** Decides on a session that ends; with the last one its user is gone. */
export function decideLeave(
  { time }: DecisionContext,
  { session, user: { facts: user, sessions }, reason }: {
    readonly session: SessionId;
    readonly user: User;
    readonly reason: string;
  },
): readonly HubEvent[] {
  if (sessions.size > 1) return [{ kind: "session-closed", time, user, session }];
  return [{ kind: "quit", time, user, reason }];
}

/** Decides on a new nick, which may not look like another user's. */
export function decideRename(
  { state, time }: DecisionContext,
  user: User,
  nick: string,
): Decision<"nick-in-use"> {
  const present = state.lookalike(nick);
  if (present && present !== user) return "nick-in-use";
  const renamed = changed(user.facts, { nick });
  return [{ kind: "renamed", time, user: renamed, former: user.facts }];
}

/** Decides on a new away reason (`undefined`: is back) or real name. */
export function decideProfile(
  { time }: DecisionContext,
  { facts }: User,
  change: { readonly away: string | undefined } | { readonly realname: string },
): readonly HubEvent[] {
  const kind = "away" in change ? "away-changed" : "realname-changed";
  return [{ kind, time, user: changed(facts, change) }];
}

/** Decides on user modes; changes to what is so already are left out. */
export function decideUserModes(
  { time }: DecisionContext,
  { facts: user, modes }: User,
  wanted: readonly UserModeChange[],
): readonly HubEvent[] {
  const draft = new Set(modes);
  const changes = wanted.filter(({ add, letter }) => {
    const before = draft.size;
    if (add) draft.add(letter);
    else draft.delete(letter);
    return draft.size !== before;
  });
  return changes.length === 0 ? [] : [{ kind: "user-modes-changed", time, user, changes }];
}

function renaming(user: User, facts: UserFacts, time: number): readonly HubEvent[] {
  if (facts.nick === user.nick) return [];
  return [{ kind: "renamed", time, user: facts, former: user.facts }];
}

function factsOf(who: Introduction): UserFacts {
  return { ...who, away: undefined, mask: maskOf(who) };
}

function changed(facts: UserFacts, change: Partial<UserFacts>): UserFacts {
  const next = { ...facts, ...change };
  return { ...next, mask: maskOf(next) };
}

function maskOf({ nick, username, host }: Omit<UserFacts, "mask">): string {
  return `${nick}!${username}@${host}`;
}
