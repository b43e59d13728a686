/**
 * What the owner of a running server can ask it to do.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { MAX_SERVER_TEXT_BYTES, packWords, splitText } from "../../irc/message.ts";
import { cleanSpeech, cleanText } from "../../text.ts";
import { type MaybePromise, recover } from "../../maybe_promise.ts";
import { VERSION } from "../../version.ts";
import { StoreError } from "../../store/store.ts";
import { describeBan, isBanned, parseBanTarget } from "../bans.ts";
import type { LiveConnection } from "../connections.ts";
import { type ServerContext, wallTimeOf } from "../context.ts";
import { accountRefusalText } from "../acts/refusal_words.ts";
import type { Histogram } from "../histogram.ts";
import { AdminError } from "./protocol.ts";
import type {
  AdminAnswers,
  AdminCommand,
  AdminQuestions,
  AdminRequest,
  BannedName,
} from "./types.ts";

const log = getLogger(["chat", "admin"]);

/**
 * Does what is asked.
 *
 * @param signal Gives up what takes long.
 * @throws {AdminError} When it cannot be done.
 */
export function runAdminCommand(
  context: ServerContext,
  request: AdminRequest,
  signal?: AbortSignal,
): AdminAnswers[AdminCommand] | Promise<AdminAnswers[AdminCommand]> {
  switch (request.command) {
    case "users":
      return users(context);
    case "connections":
      return connections(context);
    case "rooms":
      return rooms(context);
    case "bans":
      return context.bans.list();
    case "stats":
      return stats(context);
    case "kick":
      return kick(context, request);
    case "ban":
      return ban(context, request);
    case "unban":
      return unban(context, request);
    case "reset-password":
      return resetPassword(context, request);
    case "announce":
      return announce(context, request);
    case "backup":
      return backup(context, request, signal);
  }
}

function users(context: ServerContext): AdminAnswers["users"] {
  const { hub, connections } = context;
  const ways = new Map<unknown, LiveConnection[]>();
  for (const connected of connections) {
    const user = connected.visitor?.user;
    if (user) ways.set(user, [...(ways.get(user) ?? []), connected]);
  }
  return [...hub.users].map((user) => {
    const own = ways.get(user) ?? [];
    return {
      name: user.nick,
      guest: user.account === undefined,
      since: wallTimeOf(context, user.enteredAt),
      lastSaidAt: wallTimeOf(context, user.spokeAt),
      away: user.away,
      doors: own.map(({ door = "" }) => door),
      addresses: [...new Set(own.map(({ address }) => address))],
      rooms: user.rooms.size,
    };
  });
}

function connections(context: ServerContext): AdminAnswers["connections"] {
  const { slots, connections } = context;
  return {
    slots: { used: slots.used, total: slots.total },
    connections: [...connections].map(({ door, transport, address, openedAt, visitor }) => ({
      door,
      transport,
      address,
      since: wallTimeOf(context, openedAt),
      name: visitor?.user?.nick,
      account: visitor?.account,
      pendingBytes: visitor?.pendingBytes ?? 0,
    })),
  };
}

function rooms({ hub }: ServerContext): AdminAnswers["rooms"] {
  return [...hub.rooms].map(({ name, members, founder, topic }) => ({
    name,
    users: members.size,
    founder,
    topic: topic?.text,
  }));
}

function stats(context: ServerContext): AdminAnswers["stats"] {
  const { bans, connections, counters, disk, hub, slots, store, writer } = context;
  const byDoor: Record<string, number> = {};
  for (const { door = "none yet" } of connections) byDoor[door] = (byDoor[door] ?? 0) + 1;
  return {
    version: VERSION,
    server: context.name,
    startedAt: wallTimeOf(context, context.startedAt),
    accounts: store.accounts.list().length,
    users: hub.userCount,
    rooms: hub.rooms.count,
    slots: { used: slots.used, total: slots.total },
    connections: byDoor,
    roomMessages: counters.roomMessages,
    privateMessages: counters.privateMessages,
    deliveries: counters.deliveries,
    ...counters.traffic,
    signIns: counters.signIns,
    registrations: counters.registrations,
    refused: counters.refused,
    bans: bans.list().length,
    historyBacklog: writer.backlog,
    historyFailing: writer.isFailing,
    storeBytes: store.upkeep.size().fileBytes,
    disk: disk.space && { ...disk.space, isLow: disk.isLow },
    commitMs: summaryOf(counters.commitMs),
    loopDelayMs: summaryOf(counters.loopDelayMs),
    memoryBytes: Deno.memoryUsage().rss,
  };
}

function kick(context: ServerContext, { name, reason }: AdminQuestions["kick"]) {
  const { directory, hub, relay } = context;
  const user = hub.user(name);
  const words = cleanText(reason);
  const theirs = new Set([
    ...[...directory.visitors].filter((visitor) => user !== undefined && visitor.user === user),
    ...directory.sessionsOf(name), // signed in, and perhaps not done with registering
  ]);
  const relayed = relay.hangUp(name);
  if (theirs.size + relayed === 0) {
    throw new AdminError("not-found", `Nobody here is called ${name}`);
  }
  for (const visitor of theirs) visitor.close(words === "" ? "Kicked" : `Kicked (${words})`);
  const closed = theirs.size + relayed;
  log.info("kicked: {name}, {connections} connections", { name, connections: closed });
  return { closed };
}

async function ban(
  context: ServerContext,
  { kind, mask, reason, forMs }: AdminQuestions["ban"],
): Promise<AdminAnswers["ban"]> {
  const target = parseBanTarget(mask);
  if (target?.kind !== kind) throw new AdminError("bad-request", `${mask} is not a valid ${kind}`);
  const ban = await asked(() =>
    context.bans.add({ ...target, reason: cleanText(reason), by: "admin", forMs })
  );
  if (target.kind === "account") context.relay.hangUp(target.mask);
  const words = describeBan(ban);
  const why = words.charAt(0).toUpperCase() + words.slice(1);
  const closed = target.kind === "account"
    ? context.directory.closeAccount(target.mask, { reason: why })
    : context.connections.hangUp(({ address }) => isBanned(address, ban), why);
  log.info("banned: {kind} {mask}, {connections} connections closed", {
    ...target,
    connections: closed,
  });
  return target.kind === "account"
    ? { ban, closed, named: whoIs(context, target.mask) }
    : { ban, closed };
}

function whoIs({ hub, store }: ServerContext, name: string): BannedName {
  if (store.accounts.find(name)) return "account";
  return hub.user(name) ? "guest" : "nobody";
}

async function unban(context: ServerContext, { kind, mask }: AdminQuestions["unban"]) {
  if (!await asked(() => context.bans.remove({ kind, mask }))) {
    throw new AdminError("not-found", `There is no ban of ${mask}`);
  }
  log.info("ban lifted: {kind} {mask}", { kind, mask });
  return {};
}

async function resetPassword(
  context: ServerContext,
  { name, password }: AdminQuestions["reset-password"],
): Promise<AdminAnswers["reset-password"]> {
  const outcome = await context.accounts.resetPassword(name, password);
  switch (outcome.state) {
    case "ok": {
      const { account } = outcome;
      // Whoever is in came with the old password, which may be in the wrong hands.
      context.relay.hangUp(account);
      const closed = context.directory.closeAccount(account, { reason: "Password was reset" });
      return { account, closed };
    }
    case "unknown":
      throw new AdminError("not-found", `There is no account ${name}`);
    case "not-stored":
      throw new AdminError("failed", accountRefusalText(outcome));
    default:
      throw new AdminError("refused", accountRefusalText(outcome));
  }
}

function announce({ directory }: ServerContext, { text }: AdminQuestions["announce"]) {
  const lines = text.split(/\r?\n/).map((line) => cleanSpeech(line).trimEnd()).flatMap(wrap);
  let told = 0;
  for (const visitor of [...directory.visitors]) {
    if (!visitor.user) continue;
    told++;
    for (const line of lines) visitor.announce(line);
  }
  log.info("announced to {connections} connections", { connections: told });
  return { told };
}

async function backup(
  { store, writer }: ServerContext,
  { path, file = path }: AdminQuestions["backup"],
  signal: AbortSignal | undefined,
) {
  await writer.commit(true);
  try {
    await store.upkeep.backup(path, signal);
    const { size } = await Deno.stat(path);
    log.info("backed up: {path}, {bytes} bytes", { path: file, bytes: size });
    return { path, bytes: size };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new AdminError("refused", `There is a file already: ${path}`, { cause: error });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new AdminError("failed", `Cannot back up to ${path}: ${why}`, { cause: error });
  }
}

/** Does what writes to the store. */
function asked<T>(action: () => MaybePromise<T>): MaybePromise<T> {
  return recover(action, (error): never => {
    if (!(error instanceof StoreError)) throw error;
    throw new AdminError("failed", error.message, { cause: error });
  });
}

/** Breaks a line between words, and words that are longer than a line. */
function wrap(line: string): string[] {
  const words = line.split(/\s+/).filter((word) => word !== "");
  const pieces = words.flatMap((word) => splitText(word, MAX_SERVER_TEXT_BYTES));
  return packWords(pieces, MAX_SERVER_TEXT_BYTES);
}

function summaryOf(distribution: Histogram) {
  return { p99: distribution.atMost(0.99), max: distribution.max };
}
