/**
 * Which names may be used, at every door.
 *
 * @module
 */
import { type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { isAccountName, skeletonOf } from "../../ground/names.ts";
import type { AccountStore } from "../../store/store.ts";
import type { Hub } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";

/** The host shown for every user: addresses stay hidden. */
export const HOST = "chat";

/** Services of IRC networks. */
const SERVICES = [
  ...["nickserv", "chanserv", "memoserv", "operserv", "botserv", "hostserv", "histserv"],
  ...["saslserv", "infoserv", "statserv", "helpserv", "services", "global"],
];
/** Names that could be mistaken for the server, for its owner, or for everybody in a room. */
const OFFICES = [
  ...["server", "system", "localhost", "root", "daemon", HOST],
  ...["admin", "administrator", "moderator", "operator", "oper", "ircop", "sysop"],
  ...["everyone", "here"],
];
const RESERVED = new Set([...SERVICES, ...OFFICES].map(skeletonOf));

/** Where names are used: by users, by accounts, by the server itself. */
interface Names {
  readonly hub: Hub;
  readonly store: { readonly accounts: Pick<AccountStore, "findLookalike"> };
  /** The server's own name. */
  readonly name: string;
}

/**
 * Whether `nick` may be neither used nor registered, because it could be mistaken for the server `serverName` or one of
 * its services. An existing account keeps its name, even if the server was renamed since.
 */
export function isReserved(serverName: string, nick: string): boolean {
  const skeleton = skeletonOf(nick);
  return RESERVED.has(skeleton) ||
    shortNames(serverName).some((short) => skeletonOf(short) === skeleton);
}

/** The server's name without dots: `chat.example.org` as `chat` or `chat-example-org`. */
function shortNames(name: string): string[] {
  return [name.split(".", 1)[0]!, name.replaceAll(".", "-"), name.replaceAll(".", "")];
}

/** Why somebody without an account may not use a nick. */
export type NickFault =
  | { readonly state: "bad-name" | "reserved" }
  /** The nick, or one that looks like it, is used by an account, an online user, or both. */
  | {
    readonly state: "taken";
    readonly hasAccount: boolean;
    readonly usedBy: "guest" | "member" | undefined;
  };

/**
 * Why somebody without an account may not use `nick`; `undefined` if they may.
 *
 * @param self The requesting user, if they have entered: their own nick is free for them.
 */
export function nickFault(
  { hub, name, store }: Names,
  nick: string,
  self?: User,
): MaybePromise<NickFault | undefined> {
  if (!isAccountName(nick)) return { state: "bad-name" };
  return whenReady(store.accounts.findLookalike(nick), (account): NickFault | undefined => {
    const hasAccount = account !== undefined;
    if (!hasAccount && isReserved(name, nick)) return { state: "reserved" };
    const present = hub.lookalike(nick);
    const usedBy = present === undefined || present === self
      ? undefined
      : present.account === undefined
      ? "guest"
      : "member";
    return hasAccount || usedBy ? { state: "taken", hasAccount, usedBy } : undefined;
  });
}

/** A random free nick for somebody without an account. */
export function freeGuestNick(names: Omit<Names, "name">): MaybePromise<string> {
  const { hub, store } = names;
  const nick = unusedGuestNick(hub);
  return whenReady(
    store.accounts.findLookalike(nick),
    (account) => account === undefined && !hub.lookalike(nick) ? nick : freeGuestNick(names),
  );
}

/** A random nick that no user has; an account might, which is unlikely. */
function unusedGuestNick(hub: Hub): string {
  for (;;) {
    const nick = `guest${10_000 + Math.floor(Math.random() * 90_000)}`;
    if (!hub.lookalike(nick)) return nick;
  }
}

/**
 * Whether a guest other than `self` uses this name, or one that looks like it: an account of that name would
 * impersonate them. If guests may not speak, there is nobody to impersonate.
 */
export function isGuestNick(
  { hub, guests }: { readonly hub: Hub; readonly guests: boolean },
  name: string,
  self: User | undefined,
): boolean {
  const present = hub.lookalike(name);
  return guests && present !== undefined && present.account === undefined && present !== self;
}

/**
 * A free nick for the guest other than `self` who uses an account's name, or one that looks like it, for
 * {@linkcode freeAccountNick}; `undefined` when there is no such guest.
 */
export function nickForGuestOf(
  names: Omit<Names, "name">,
  account: string,
  self?: User,
): MaybePromise<string | undefined> {
  const guest = guestOf(names.hub, account);
  return guest && guest !== self ? freeGuestNick(names) : undefined;
}

/**
 * Renames the guest other than `self` who uses an account's name, or one that looks like it.
 *
 * @param nick From {@linkcode nickForGuestOf}.
 */
export function freeAccountNick(
  hub: Hub,
  account: string,
  { nick, self }: { readonly nick: string | undefined; readonly self?: User | undefined },
): void {
  const guest = guestOf(hub, account);
  if (!guest || guest === self) return;
  hub.rename(guest, nick !== undefined && !hub.lookalike(nick) ? nick : unusedGuestNick(hub));
}

function guestOf(hub: Hub, account: string): User | undefined {
  const present = hub.lookalike(account);
  return present?.account === undefined ? present : undefined;
}
