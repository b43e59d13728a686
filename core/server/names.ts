/**
 * Who may wear which name, whatever door they come by.
 *
 * @module
 */
import { foldName, isAccountName } from "../irc/names.ts";
import type { ServerContext } from "./context.ts";

/** What everybody's address is shown as: nobody learns where others are. */
export const HOST = "chat";

const RESERVED = new Set(["nickserv", "chanserv", "server", "system", "admin", "operator", "root"]);

type Names = Pick<ServerContext, "hub" | "store">;

/** Whether nobody may wear this name. */
export function isReserved(name: string): boolean {
  return RESERVED.has(foldName(name));
}

/** Why somebody without an account may not take `nick`, in words for them; `undefined` when they may. */
export function guestNickFault({ hub, store }: Names, nick: string): string | undefined {
  if (!isAccountName(nick) || isReserved(nick)) return `${nick} cannot be a name.`;
  if (store.findLookalike(nick) !== undefined) {
    return `${nick} belongs to an account: sign in to it, or choose another name.`;
  }
  return hub.user(nick) ? `${nick} is in use.` : undefined;
}

/** A nick for somebody without an account. */
export function freeGuestNick({ hub, store }: Names): string {
  for (;;) {
    const nick = `guest${10_000 + Math.floor(Math.random() * 90_000)}`;
    if (!hub.user(nick) && !store.findLookalike(nick)) return nick;
  }
}

/** A guest who wears an account's name gets another one: the name is the account's. */
export function makeWay(names: Names, account: string): void {
  const present = names.hub.user(account);
  if (present && present.account === undefined) names.hub.rename(present, freeGuestNick(names));
}
