/** Visibility of users, the list of known people, and changes of users to themselves. @module */
import { getLogger } from "@logtape/logtape";
import { type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { foldName } from "../../ground/names.ts";
import type { Account } from "../../store/store.ts";
import { type NickFault, nickFault } from "../accounts/names.ts";
import type { MonitoringSession } from "../common/session_directory.ts";
import type { Room, User } from "../hub/types.ts";
import { type Actor, whenPresent } from "./actor.ts";
import { type ServerContext, wallTimeOf } from "./context.ts";
import { maySpeak } from "./say.ts";

/** Most nicks that one session may monitor. */
export const MAX_MONITORED = 100;

/** Outcome of {@linkcode changeNick}. */
export type NickOutcome =
  | { readonly state: "changed" | "unchanged" }
  /** The nick of a user who is signed in is the account's name. */
  | { readonly state: "bound-to-account" }
  | NickFault;

type Viewer = Pick<Actor, "account" | "user">;

/** Changes the nick of a guest who has entered. */
export function changeNick(
  server: Pick<ServerContext, "hub" | "name" | "store">,
  actor: Actor,
  nick: string,
): MaybePromise<NickOutcome> {
  const { user } = actor;
  const former = user?.nick;
  if (!user || former === undefined || user.account !== undefined) {
    return { state: nick === former ? "unchanged" : "bound-to-account" };
  }
  return whenPresent(actor, nickFault(server, nick, user), (fault) => {
    if (fault) return fault;
    if (nick === former) return { state: "unchanged" };
    server.hub.rename(user, nick);
    const { address, door } = actor;
    getLogger(["chat", door]).info("{nick} is at {address}", { nick, address, former });
    return { state: "changed" };
  });
}

/** Marks the user as away for a reason, or as back if `undefined`. */
export function changeAway(
  { hub }: Pick<ServerContext, "hub">,
  { user }: Viewer,
  reason: string | undefined,
): { readonly state: "away" | "back" } {
  if (user && reason !== user.away) hub.setAway(user, reason);
  return { state: reason === undefined ? "back" : "away" };
}

/**
 * The user of that nick, if the viewer may see that they are online. Strangers see only themselves, because clients ask
 * about themselves before they sign in.
 */
export function findVisibleUser(
  server: Pick<ServerContext, "guests" | "hub">,
  viewer: Viewer,
  nick: string,
): User | undefined {
  const user = server.hub.user(nick);
  return maySpeak(server, viewer) || user === viewer.user ? user : undefined;
}

/** A room that the viewer shares with a user. */
export function sharedRoom({ user: viewer }: Viewer, user: User): Room | undefined {
  if (!viewer) return undefined;
  for (const room of user.rooms) if (room.members.has(viewer)) return room;
  return undefined;
}

/** Whether lists show a user to the viewer: invisible users (`+i`) are shown to those who share a room with them. */
export function isListedFor(viewer: Viewer, user: User): boolean {
  return user === viewer.user || !user.modes.has("i") || sharedRoom(viewer, user) !== undefined;
}

/** A user who is online, or an account that is not. */
export interface KnownPerson {
  readonly name: string;
  readonly isOnline: boolean;
  readonly isGuest: boolean;
  /** When they came online, or were last seen, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** Whether a name belongs to a user, to an account that is not online, or to nobody. */
export function presenceOf(
  { hub, store }: Pick<ServerContext, "hub" | "store">,
  name: string,
): MaybePromise<"online" | "offline" | "unknown"> {
  if (hub.user(name)) return "online";
  return whenReady(store.accounts.find(name), (account) => account ? "offline" : "unknown");
}

type PeopleServer = Pick<ServerContext, "hub" | "steadyNow" | "store" | "wallNow">;

/** All people known to the server: users in order of arrival, then the accounts that are not online. */
export function knownPeople(server: PeopleServer): MaybePromise<Iterable<KnownPerson>> {
  return whenReady(server.store.accounts.list(), (accounts) => peopleOf(server, accounts));
}

function* peopleOf(server: PeopleServer, accounts: readonly Account[]): Generator<KnownPerson> {
  const { hub } = server;
  for (const { nick: name, enteredAt, account } of hub.users) {
    const sinceMs = wallTimeOf(server, enteredAt);
    yield { name, isOnline: true, isGuest: account === undefined, sinceMs };
  }
  for (const { name, lastSeenAt: sinceMs } of accounts) {
    if (!hub.user(name)) yield { name, isOnline: false, isGuest: false, sinceMs };
  }
}

/** Outcome of {@linkcode monitorNicks}. */
export interface MonitorOutcome {
  /** Nicks that were not monitored before. */
  readonly added: readonly string[];
  /** The first nick that did not fit into the list. */
  readonly refused: string | undefined;
}

/** Monitors nicks, up to the limit of one session. */
export function monitorNicks(
  { directory }: Pick<ServerContext, "directory">,
  session: MonitoringSession,
  nicks: readonly string[],
): MonitorOutcome {
  const added: string[] = [];
  for (const nick of nicks) {
    const monitored = directory.monitoredBy(session);
    if (monitored.has(foldName(nick))) continue;
    if (monitored.size >= MAX_MONITORED) return { added, refused: nick };
    directory.watch(session, nick);
    added.push(nick);
  }
  return { added, refused: undefined };
}
