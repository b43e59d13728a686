/**
 * The sessions of one server, which nicks they monitor, and the users who left lately.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { UserFacts } from "../hub/events.ts";
import type { Room, User } from "../hub/types.ts";

/** Most entries of {@linkcode SessionDirectory.formerUsers}, in all. */
const MAX_FORMER = 500;

/** A session of any door. */
export interface DoorSession {
  readonly user: User | undefined;
  /** The account signed in to, even if there is no user yet. */
  readonly account: string | undefined;
  /** Bytes queued for sending. */
  readonly pendingBytes: number;
  /** Shows a line from the server itself. */
  announce(text: string): void;
  /** Shows a room that another session of the same user has joined. */
  showRoom(room: Room): void;
  /** Closes it; others see the reason. */
  close(reason: string): void;
  /** Called about once a second: closes the session if a deadline has passed, by the server's monotonic clock. */
  check(now: number): void;
}

/** A session that monitors nicks (`MONITOR`). */
export interface MonitoringSession extends DoorSession {
  /** `nick!user@host` came online, or `nick` went offline. */
  presence(kind: "online" | "offline", who: string): void;
}

/** A user who left. */
export interface FormerUser {
  readonly nick: string;
  readonly username: string;
  readonly host: string;
  readonly realname: string;
  readonly account: string | undefined;
  /** Milliseconds since the epoch. */
  readonly leftAt: number;
}

const NONE: ReadonlySet<string> = new Set();

/** The sessions of one server. */
export class SessionDirectory {
  #sessions = new Set<DoorSession>();
  /** By folded nick. */
  #watchers = new Map<string, Set<MonitoringSession>>();
  /** Folded nicks by session. */
  #monitored = new Map<DoorSession, Set<string>>();
  #former: FormerUser[] = [];

  /** All sessions, signed in or not. */
  get sessions(): ReadonlySet<DoorSession> {
    return this.#sessions;
  }

  /** Adds a session, signed in or not. */
  add(session: DoorSession): void {
    this.#sessions.add(session);
  }

  /** Removes a session whose connection is closed. */
  forget(session: DoorSession): void {
    this.#sessions.delete(session);
    this.unwatchAll(session);
  }

  /** The sessions signed in to an account, those that have not finished registering included. */
  sessionsOf(account: string): DoorSession[] {
    const folded = foldName(account);
    return [...this.#sessions].filter((session) =>
      session.account !== undefined && foldName(session.account) === folded
    );
  }

  /** The sessions of a user who has entered. */
  sessionsOfUser(user: User): DoorSession[] {
    return [...user.sessions.values()].filter((session) => this.#has(session));
  }

  /**
   * Closes the sessions signed in to an account, `except` for one; others see the reason.
   *
   * @returns how many.
   */
  closeAccount(
    account: string,
    { reason, except }: { readonly reason: string; readonly except?: DoorSession },
  ): number {
    const meant = this.sessionsOf(account).filter((session) => session !== except);
    for (const session of meant) session.close(reason);
    return meant.length;
  }

  /** The folded nicks that a session monitors. */
  monitoredBy(session: DoorSession): ReadonlySet<string> {
    return this.#monitored.get(session) ?? NONE;
  }

  /** Notifies `watcher` from now on when a user of this nick comes online or goes offline. */
  watch(watcher: MonitoringSession, nick: string): void {
    const folded = foldName(nick);
    addTo(this.#monitored, watcher, folded);
    addTo(this.#watchers, folded, watcher);
  }

  /** Ends {@linkcode SessionDirectory.watch}. */
  unwatch(watcher: DoorSession, nick: string): void {
    const folded = foldName(nick);
    removeFrom<DoorSession, string>(this.#monitored, watcher, folded);
    removeFrom<string, DoorSession>(this.#watchers, folded, watcher);
  }

  /** Ends every {@linkcode SessionDirectory.watch} of this session. */
  unwatchAll(watcher: DoorSession): void {
    for (const nick of [...this.monitoredBy(watcher)]) this.unwatch(watcher, nick);
  }

  /** A user has this nick from now on. */
  cameOnline({ nick, mask }: UserFacts): void {
    this.#notify(nick, "online", mask);
  }

  /** No user has this nick from now on. */
  wentOffline(nick: string): void {
    this.#notify(nick, "offline", nick);
  }

  /** Remembers a user who left, for `WHOWAS`. */
  remember({ nick, username, host, realname, account }: UserFacts, leftAt: number): void {
    this.#former.push({ nick, username, host, realname, account, leftAt });
    if (this.#former.length > MAX_FORMER) this.#former.shift();
  }

  /** The users who left with this nick, newest first. */
  formerUsers(nick: string): FormerUser[] {
    const folded = foldName(nick);
    return this.#former.filter((user) => foldName(user.nick) === folded).reverse();
  }

  #has(session: unknown): session is DoorSession {
    const all: ReadonlySet<unknown> = this.#sessions;
    return all.has(session);
  }

  #notify(nick: string, kind: "online" | "offline", who: string): void {
    for (const watcher of this.#watchers.get(foldName(nick)) ?? []) watcher.presence(kind, who);
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set?.delete(value) && set.size === 0) sets.delete(key);
}
