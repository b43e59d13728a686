/**
 * Entering the hub with a name: a guest's nick, or the account a session was admitted to.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import {
  freeAccountNick,
  HOST,
  type NickFault,
  nickFault,
  nickForGuestOf,
} from "../accounts/names.ts";
import { type Actor, whenPresent } from "./actor.ts";
import type { ServerContext } from "./context.ts";

type EnterServer = Pick<ServerContext, "guests" | "hub" | "name" | "store">;

/** The names of a session that enters. */
export interface Entering {
  /** The nick; the account's name if there is one. */
  readonly nick: string;
  /** The account it was admitted to. */
  readonly account?: string | undefined;
  /** The part of the mask between `!` and `@`, clean; by default derived from the nick. */
  readonly username?: string | undefined;
  /** The real name; by default the nick. */
  readonly realname?: string | undefined;
}

/** Outcome of {@linkcode enterHub}. */
export type EnterOutcome = { readonly state: "entered" } | NickFault;

/** Adds a session to the hub. */
export function enterHub(
  server: EnterServer,
  actor: Actor,
  entering: Entering,
): MaybePromise<EnterOutcome> {
  const { account, nick } = entering;
  if (account === undefined) {
    const fault = nickFault(server, nick);
    return whenPresent(actor, fault, (fault) => fault ?? enterAs(server, actor, entering));
  }
  return whenPresent(actor, nickForGuestOf(server, account), (spareNick) => {
    freeAccountNick(server.hub, account, { nick: spareNick });
    return enterAs(server, actor, entering);
  });
}

function enterAs(
  { guests, hub }: EnterServer,
  actor: Actor,
  { nick, account, username = cleanUsername(nick), realname = nick }: Entering,
): EnterOutcome {
  const who = { nick, account, username, realname, host: HOST };
  if (hub.enter(actor, who) === "nick-in-use") {
    return { state: "taken", hasAccount: false, usedBy: "member" };
  }
  if (account === undefined && guests) actor.slot.welcome();
  getLogger(["chat", actor.door]).info("{nick} is at {address}", { nick, address: actor.address });
  return { state: "entered" };
}

/** Derives a user name from what a client or its user sent; never empty. */
export function cleanUsername(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, "") || "user";
}
