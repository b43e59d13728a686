/**
 * Who may wear which name, whatever door they come by.
 *
 * @module
 */
import type { Hub } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";
import { isAccountName, skeletonOf } from "../irc/names.ts";
import type { Store } from "../store/store.ts";

/** What everybody's address is shown as: nobody learns where others are. */
export const HOST = "chat";

const RESERVED = new Set(
  [
    ...["nickserv", "chanserv", "memoserv", "operserv", "hostserv", "botserv", "services"],
    ...["server", "system", "admin", "administrator", "moderator", "operator", "oper", "root"],
    ...["everyone", "here", HOST],
  ].map(skeletonOf),
);

/** Where names are taken: by people who are here, and by accounts. */
interface Names {
  readonly hub: Hub;
  readonly store: Store;
}

/** Whether nobody may wear this name, or register it: it would pass for the server's own. */
export function isReserved(name: string): boolean {
  return RESERVED.has(skeletonOf(name));
}

/** Why somebody without an account may not take `nick`, in words for them; `undefined` when they may. */
export function guestNickFault({ hub, store }: Names, nick: string): string | undefined {
  if (!isAccountName(nick) || isReserved(nick)) return `${nick} cannot be a name.`;
  if (store.findLookalike(nick) !== undefined) {
    return `${nick} belongs to an account: sign in to it, or choose another name.`;
  }
  return hub.lookalike(nick) ? `${nick} is in use, or a name that looks like it.` : undefined;
}

/** A nick for somebody without an account. */
export function freeGuestNick({ hub, store }: Names): string {
  for (;;) {
    const nick = `guest${10_000 + Math.floor(Math.random() * 90_000)}`;
    if (!hub.lookalike(nick) && !store.findLookalike(nick)) return nick;
  }
}

/**
 * Whether a guest other than `self` has this name, or one that looks like it: whoever made an account of it would be
 * them. Where guests may not speak, nobody can be mistaken for one.
 */
export function isGuestsName(
  { hub, guests }: { readonly hub: Hub; readonly guests: boolean },
  name: string,
  self: User | undefined,
): boolean {
  const present = hub.lookalike(name);
  return guests && present !== undefined && present.account === undefined && present !== self;
}

/** A guest who wears an account's name, or one that looks like it, gets another one: the name is the account's. */
export function makeWay(names: Names, account: string): void {
  const present = names.hub.lookalike(account);
  if (present && present.account === undefined) names.hub.rename(present, freeGuestNick(names));
}
