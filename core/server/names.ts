/**
 * Who may wear which name, whatever door they come by.
 *
 * @module
 */
import type { Hub } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";
import { isAccountName, skeletonOf } from "../irc/names.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";

/** What everybody's address is shown as: nobody learns where others are. */
export const HOST = "chat";

/** Services of IRC networks. */
const SERVICES = [
  ...["nickserv", "chanserv", "memoserv", "operserv", "botserv", "hostserv", "histserv"],
  ...["saslserv", "infoserv", "statserv", "helpserv", "services", "global"],
];
/** What people could take for the server, for somebody who runs it, or for all of a room. */
const OFFICES = [
  ...["server", "system", "localhost", "root", "daemon", HOST],
  ...["admin", "administrator", "moderator", "operator", "oper", "ircop", "sysop"],
  ...["everyone", "here"],
];
const RESERVED = new Set([...SERVICES, ...OFFICES].map(skeletonOf));

/** Where names are taken: by people who are here, by accounts, and by the server. */
interface Names {
  readonly hub: Hub;
  readonly store: SqliteStore;
  /** The server's own name. */
  readonly name: string;
}

/**
 * Whether nobody may wear `nick`, or register it: it would pass for the server, or for one of its services. An
 * account that is there already keeps its name, whatever name the server got since.
 */
export function isReserved({ name, store }: Pick<Names, "name" | "store">, nick: string): boolean {
  const skeleton = skeletonOf(nick);
  const isTheServers = RESERVED.has(skeleton) ||
    shortNames(name).some((short) => skeletonOf(short) === skeleton);
  return isTheServers && store.accounts.findLookalike(nick) === undefined;
}

/** How the server's name would be written without its dots: `chat.example.org` as `chat` or `chat-example-org`. */
function shortNames(name: string): string[] {
  return [name.split(".", 1)[0]!, name.replaceAll(".", "-"), name.replaceAll(".", "")];
}

/** Why somebody without an account may not take `nick`, in words for them; `undefined` when they may. */
export function guestNickFault(names: Names, nick: string): string | undefined {
  const { hub, store } = names;
  if (!isAccountName(nick)) return `${nick} is not a valid name.`;
  if (isReserved(names, nick)) return `${nick} is reserved: choose another name.`;
  if (store.accounts.findLookalike(nick) !== undefined) {
    return `${nick} belongs to an account: sign in to it, or choose another name.`;
  }
  return hub.lookalike(nick) ? `${nick} is in use, or a name that looks like it.` : undefined;
}

/** A nick for somebody without an account. */
export function freeGuestNick({ hub, store }: Omit<Names, "name">): string {
  for (;;) {
    const nick = `guest${10_000 + Math.floor(Math.random() * 90_000)}`;
    if (!hub.lookalike(nick) && !store.accounts.findLookalike(nick)) return nick;
  }
}

/**
 * Whether a guest other than `self` has this name, or one that looks like it: whoever made an account of it would be
 * them. Where guests may not speak, nobody can be mistaken for one.
 */
export function isGuestNick(
  { hub, guests }: { readonly hub: Hub; readonly guests: boolean },
  name: string,
  self: User | undefined,
): boolean {
  const present = hub.lookalike(name);
  return guests && present !== undefined && present.account === undefined && present !== self;
}

/** A guest who wears an account's name, or one that looks like it, gets another one: the name is the account's. */
export function freeAccountNick(names: Omit<Names, "name">, account: string): void {
  const present = names.hub.lookalike(account);
  if (present && present.account === undefined) names.hub.rename(present, freeGuestNick(names));
}
