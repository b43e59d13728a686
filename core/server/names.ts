/**
 * Which names may be used, at every door.
 *
 * @module
 */
import type { Hub } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";
import { isAccountName, skeletonOf } from "../irc/names.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";

/** The host shown for every user: addresses stay hidden. */
export const HOST = "chat";

/** Services of IRC networks. */
const SERVICES = [
  ...["nickserv", "chanserv", "memoserv", "operserv", "botserv", "hostserv", "histserv"],
  ...["saslserv", "infoserv", "statserv", "helpserv", "services", "global"],
];
/** Names that could pass for the server, for somebody who runs it, or for everybody in a room. */
const OFFICES = [
  ...["server", "system", "localhost", "root", "daemon", HOST],
  ...["admin", "administrator", "moderator", "operator", "oper", "ircop", "sysop"],
  ...["everyone", "here"],
];
const RESERVED = new Set([...SERVICES, ...OFFICES].map(skeletonOf));

/** Where names may be taken: by users, by accounts, by the server itself. */
interface Names {
  readonly hub: Hub;
  readonly store: SqliteStore;
  /** The server's own name. */
  readonly name: string;
}

/**
 * Whether `nick` may be neither used nor registered: it would pass for the server, or for one of its services. An
 * existing account keeps its name, even if the server was renamed since.
 */
export function isReserved({ name, store }: Pick<Names, "name" | "store">, nick: string): boolean {
  const skeleton = skeletonOf(nick);
  const isTheServers = RESERVED.has(skeleton) ||
    shortNames(name).some((short) => skeletonOf(short) === skeleton);
  return isTheServers && store.accounts.findLookalike(nick) === undefined;
}

/** The server's name as it would be written without its dots: `chat.example.org` as `chat` or `chat-example-org`. */
function shortNames(name: string): string[] {
  return [name.split(".", 1)[0]!, name.replaceAll(".", "-"), name.replaceAll(".", "")];
}

/** Why somebody without an account may not use a nick. */
export type NickFault =
  | { readonly state: "bad-name" | "reserved" }
  /** Somebody has the nick, or one that looks like it: an account, a user who is here, or both. */
  | {
    readonly state: "taken";
    readonly hasAccount: boolean;
    readonly usedBy: "guest" | "member" | undefined;
  };

/**
 * Why somebody without an account may not use `nick`; `undefined` when they may.
 *
 * @param self The user who asks, if they have entered: their own nick is free for them.
 */
export function nickFault(names: Names, nick: string, self?: User): NickFault | undefined {
  const { hub, store } = names;
  if (!isAccountName(nick)) return { state: "bad-name" };
  if (isReserved(names, nick)) return { state: "reserved" };
  const hasAccount = store.accounts.findLookalike(nick) !== undefined;
  const present = hub.lookalike(nick);
  const usedBy = present === undefined || present === self
    ? undefined
    : present.account === undefined
    ? "guest"
    : "member";
  return hasAccount || usedBy ? { state: "taken", hasAccount, usedBy } : undefined;
}

/** A random free nick for somebody without an account. */
export function freeGuestNick({ hub, store }: Omit<Names, "name">): string {
  for (;;) {
    const nick = `guest${10_000 + Math.floor(Math.random() * 90_000)}`;
    if (!hub.lookalike(nick) && !store.accounts.findLookalike(nick)) return nick;
  }
}

/**
 * Whether a guest other than `self` uses this name, or one that looks like it: an account of that name would
 * impersonate them. Where guests may not speak, there is nobody to impersonate.
 */
export function isGuestNick(
  { hub, guests }: { readonly hub: Hub; readonly guests: boolean },
  name: string,
  self: User | undefined,
): boolean {
  const present = hub.lookalike(name);
  return guests && present !== undefined && present.account === undefined && present !== self;
}

/** Renames a guest who uses an account's name, or one that looks like it. */
export function freeAccountNick(names: Omit<Names, "name">, account: string): void {
  const present = names.hub.lookalike(account);
  if (present && present.account === undefined) names.hub.rename(present, freeGuestNick(names));
}
