/**
 * Decides acts of users: returns the resulting events, or a refusal. Pure: changes nothing.
 *
 * @module
 */
import type { HubEvent, SessionId, UserFacts, UserModeChange } from "./events.ts";
import type { HubState } from "./state.ts";
import type { User } from "./types.ts";

/** Input of all decisions. */
export interface DecisionContext {
  readonly state: HubState;
  /** Wall clock in milliseconds since 1970. */
  readonly time: number;
}

/** The events that result from an act, in order; or the reason of a refusal. */
export type Decision<Refusal extends string = never> = readonly HubEvent[] | Refusal;

/** The user of a new session. */
export interface Introduction {
  readonly nick: string;
  readonly account: string | undefined;
  readonly username: string;
  readonly realname: string;
  readonly host: string;
}

/** Decides a new session: it joins the user of its account, or creates a user. */
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

/** Decides the sign-in of a guest's session: its user is renamed, or it moves to the account's user. */
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

/** Decides a sign-out: the session becomes the guest `nick`, in no room. */
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

/** Decides the end of a session; with the last one its user quits. */
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

/** Decides a new nick, which may not look like another user's. */
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

/** Decides a new away text (`undefined`: is back) or real name. */
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
