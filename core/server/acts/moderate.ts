/** Acts of a server's owner: kicks, bans, password resets, announcements. @module */
import { getLogger } from "@logtape/logtape";
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import { cleanSpeech, cleanText } from "../../ground/text.ts";
import { MAX_SERVER_TEXT_BYTES, packWords, splitText } from "../../irc/message.ts";
import { type Ban, recoverStoreError, type StoreError } from "../../store/store.ts";
import {
  type BanTarget,
  describeBan,
  isBanned,
  type NewBan,
  parseBanTarget,
} from "../accounts/bans.ts";
import type { ChangeRefusal } from "../common/outcomes.ts";
import type { ServerContext } from "./context.ts";

const log = getLogger(["chat", "admin"]);

/** The parts of a server that bans need. */
export type BanServer = Pick<
  ServerContext,
  "bans" | "connections" | "directory" | "hub" | "relay" | "store"
>;

/** Outcome of {@linkcode kickUser}. */
export type KickOutcome =
  | { readonly state: "kicked"; readonly closed: number }
  | { readonly state: "not-online" };

/** Closes all connections of a user, relayed links included. */
export function kickUser(
  { directory, hub, relay }: Pick<ServerContext, "directory" | "hub" | "relay">,
  { name, reason }: { readonly name: string; readonly reason: string },
): KickOutcome {
  const user = hub.user(name);
  const text = cleanText(reason);
  const sessions = new Set([
    ...user ? directory.sessionsOfUser(user) : [],
    ...directory.sessionsOf(name), // signed in, perhaps not registered yet
  ]);
  const closed = sessions.size + relay.hangUp(name);
  if (closed === 0) return { state: "not-online" };
  for (const session of sessions) session.close(text === "" ? "Kicked" : `Kicked (${text})`);
  log.info("kicked: {name}, {connections} connections", { name, connections: closed });
  return { state: "kicked", closed };
}

/** Who uses the name of a banned account: an account, a guest who stays connected, or nobody. */
export type BannedName = "account" | "guest" | "nobody";

/** The ban could not be stored or removed. */
export interface BanNotStored {
  /** The outcome. */
  readonly state: "not-stored";
  /** The cause. */
  readonly error: StoreError;
}

/** Outcome of {@linkcode banTarget}. */
export type BanOutcome =
  | {
    readonly state: "banned";
    readonly ban: Ban;
    readonly closed: number;
    /** For a ban of an account. */
    readonly named: BannedName | undefined;
  }
  | { readonly state: "bad-target" }
  | BanNotStored;

/** Bans an account, an address or a network, and closes its connections. */
export async function banTarget(
  server: BanServer,
  { kind, mask, reason, by, forMs }: NewBan,
): Promise<BanOutcome> {
  const target = parseBanTarget(mask);
  if (target?.kind !== kind) return { state: "bad-target" };
  const ban = await tryStore(() =>
    server.bans.add({ ...target, reason: cleanText(reason), by, forMs })
  );
  if ("state" in ban) return ban;
  const closed = closeBanned(server, ban);
  log.info("banned: {kind} {mask}, {connections} connections closed", {
    ...target,
    connections: closed,
  });
  const named = kind === "account" ? await whoseName(server, target.mask) : undefined;
  return { state: "banned", ban, closed, named };
}

/** Outcome of {@linkcode liftBan}. */
export type LiftOutcome = { readonly state: "lifted" | "no-such-ban" } | BanNotStored;

/** Lifts a ban. */
export async function liftBan(
  { bans }: BanServer,
  { kind, mask }: BanTarget,
): Promise<LiftOutcome> {
  const wasThere = await tryStore(() => bans.remove({ kind, mask }));
  if (typeof wasThere !== "boolean") return wasThere;
  if (!wasThere) return { state: "no-such-ban" };
  log.info("ban lifted: {kind} {mask}", { kind, mask });
  return { state: "lifted" };
}

/** Outcome of {@linkcode resetAccountPassword}. */
export type ResetOutcome =
  | { readonly state: "ok"; readonly account: string; readonly closed: number }
  | { readonly state: "unknown" }
  | ChangeRefusal;

/**
 * Sets another password of an account, and closes its sessions: they used the old password, which may be compromised.
 */
export async function resetAccountPassword(
  { accounts, directory, relay }: Pick<ServerContext, "accounts" | "directory" | "relay">,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<ResetOutcome> {
  const outcome = await accounts.resetPassword(name, password);
  if (outcome.state !== "ok") return outcome;
  const { account } = outcome;
  relay.hangUp(account);
  const closed = directory.closeAccount(account, { reason: "Password was reset" });
  return { state: "ok", account, closed };
}

/** Sends a text to all users. @returns the number of sessions that received it. */
export function announceToAll(
  { directory }: Pick<ServerContext, "directory">,
  text: string,
): number {
  const lines = text.split(/\r?\n/).map((line) => cleanSpeech(line).trimEnd()).flatMap(wrap);
  const sessions = [...directory.sessions].filter(({ user }) => user !== undefined);
  for (const session of sessions) for (const line of lines) session.announce(line);
  log.info("announced to {connections} connections", { connections: sessions.length });
  return sessions.length;
}

function closeBanned({ connections, directory, relay }: BanServer, ban: Ban): number {
  const text = describeBan(ban);
  const reason = text.charAt(0).toUpperCase() + text.slice(1);
  if (ban.kind !== "account") {
    return connections.hangUp(({ address }) => isBanned(address, ban), reason);
  }
  relay.hangUp(ban.mask);
  return directory.closeAccount(ban.mask, { reason });
}

async function whoseName({ hub, store }: BanServer, name: string): Promise<BannedName> {
  if (await store.accounts.find(name)) return "account";
  return hub.user(name) ? "guest" : "nobody";
}

function tryStore<T>(write: () => MaybePromise<T>): MaybePromise<T | BanNotStored> {
  return recoverStoreError(write, (error): BanNotStored => ({ state: "not-stored", error }));
}

/** Wraps a line between words, and splits words that are longer than a line. */
function wrap(line: string): string[] {
  const words = line.split(/\s+/).filter((word) => word !== "");
  const pieces = words.flatMap((word) => splitText(word, MAX_SERVER_TEXT_BYTES));
  return packWords(pieces, MAX_SERVER_TEXT_BYTES);
}
