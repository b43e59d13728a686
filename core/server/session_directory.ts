/**
 * Who is connected, who watches whom, and who was here a while ago.
 *
 * @module
 */
import type { User } from "../hub/types.ts";
import { foldName } from "../irc/names.ts";

/** Most entries of {@linkcode SessionDirectory.formerUsers}, in all. */
const MAX_FORMER = 500;

/** A session of any door. */
export interface DoorSession {
  readonly user: User | undefined;
  /** The account signed in to, also where there is no user yet. */
  readonly account: string | undefined;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number;
  /** Shows a line of the server's own. */
  announce(text: string): void;
  /** Ends it; others see the reason. */
  close(reason: string): void;
  /** Called about once a second: hangs up where a deadline has passed, by the server's steady clock. */
  check(now: number): void;
}

/** Somebody who watches nicks (`MONITOR`). */
export interface MonitoringSession extends DoorSession {
  readonly monitored: Set<string>;
  /** `nick!user@host` came, or `nick` went. */
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

/** The visitors of one server. */
export class SessionDirectory {
  #visitors = new Set<DoorSession>();
  #watchers = new Map<string, Set<MonitoringSession>>();
  #former: FormerUser[] = [];

  /** Everybody connected, signed in or not. */
  get visitors(): ReadonlySet<DoorSession> {
    return this.#visitors;
  }

  /** A connection has found its door. */
  add(visitor: DoorSession): void {
    this.#visitors.add(visitor);
  }

  /** A connection is over. */
  forget(visitor: DoorSession & { readonly monitored?: Set<string> }): void {
    this.#visitors.delete(visitor);
    if (visitor.monitored) this.unwatchAll(visitor as MonitoringSession);
  }

  /** The sessions signed in to an account, those that have not finished registering included. */
  sessionsOf(account: string): DoorSession[] {
    const folded = foldName(account);
    return [...this.#visitors].filter((visitor) =>
      visitor.account !== undefined && foldName(visitor.account) === folded
    );
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
    const meant = this.sessionsOf(account).filter((visitor) => visitor !== except);
    for (const visitor of meant) visitor.close(reason);
    return meant.length;
  }

  /** Tells `watcher` from now on when somebody with this nick comes or goes. */
  watch(watcher: MonitoringSession, nick: string): void {
    const folded = foldName(nick);
    watcher.monitored.add(folded);
    const watchers = this.#watchers.get(folded);
    if (watchers) watchers.add(watcher);
    else this.#watchers.set(folded, new Set([watcher]));
  }

  /** Ends {@linkcode SessionDirectory.watch}. */
  unwatch(watcher: MonitoringSession, nick: string): void {
    const folded = foldName(nick);
    watcher.monitored.delete(folded);
    const watchers = this.#watchers.get(folded);
    if (watchers?.delete(watcher) && watchers.size === 0) this.#watchers.delete(folded);
  }

  /** Ends every {@linkcode SessionDirectory.watch} of this watcher. */
  unwatchAll(watcher: MonitoringSession): void {
    for (const nick of [...watcher.monitored]) this.unwatch(watcher, nick);
  }

  /** Somebody wears this nick from now on. */
  cameOnline({ nick, mask }: User): void {
    this.#tell(nick, "online", mask);
  }

  /** Nobody wears this nick from now on. */
  wentOffline(nick: string): void {
    this.#tell(nick, "offline", nick);
  }

  /** Remembers a user who left, for `WHOWAS`. */
  remember({ nick, username, host, realname, account }: User, leftAt: number): void {
    this.#former.push({ nick, username, host, realname, account, leftAt });
    if (this.#former.length > MAX_FORMER) this.#former.shift();
  }

  /** Those who wore this nick, newest first. */
  formerUsers(nick: string): FormerUser[] {
    const folded = foldName(nick);
    return this.#former.filter((user) => foldName(user.nick) === folded).reverse();
  }

  #tell(nick: string, kind: "online" | "offline", who: string): void {
    for (const watcher of this.#watchers.get(foldName(nick)) ?? []) watcher.presence(kind, who);
  }
}
