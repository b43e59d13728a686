/**
 * The commands of `chat admin`.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { messageOf } from "../../../ground/message_of.ts";
import { VERSION } from "../../../ground/version.ts";
import { type ServerContext, wallTimeOf } from "../../acts/context.ts";
import {
  announceToAll,
  type BanNotStored,
  banTarget,
  kickUser,
  liftBan,
  resetAccountPassword,
} from "../../acts/moderate.ts";
import { accountRefusalText } from "../../acts/refusal_words.ts";
import type { LiveConnection } from "../../common/connections.ts";
import type { Histogram } from "../../common/histogram.ts";
import { AdminError } from "./protocol.ts";
import type { AdminAnswers, AdminCommand, AdminQuestions, AdminRequest } from "./types.ts";

const log = getLogger(["chat", "admin"]);

/**
 * Runs a command.
 *
 * @param signal Aborts long commands.
 * @throws {AdminError} When the command fails.
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
      return { told: announceToAll(context, request.text) };
    case "backup":
      return backup(context, request, signal);
  }
}

function users(context: ServerContext): AdminAnswers["users"] {
  const { hub, connections } = context;
  const ways = new Map<unknown, LiveConnection[]>();
  for (const connected of connections) {
    const user = connected.session?.user;
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
    connections: [...connections].map(({ door, transport, address, openedAt, session }) => ({
      door,
      transport,
      address,
      since: wallTimeOf(context, openedAt),
      name: session?.user?.nick,
      account: session?.account,
      pendingBytes: session?.pendingBytes ?? 0,
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

async function stats(context: ServerContext): Promise<AdminAnswers["stats"]> {
  const { bans, connections, counters, disk, hub, slots, store, writer } = context;
  const byDoor: Record<string, number> = {};
  for (const { door = "none yet" } of connections) byDoor[door] = (byDoor[door] ?? 0) + 1;
  return {
    version: VERSION,
    server: context.name,
    startedAt: wallTimeOf(context, context.startedAt),
    accounts: (await store.accounts.list()).length,
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
    storeBytes: (await store.upkeep.size()).fileBytes,
    disk: disk.space && { ...disk.space, isLow: disk.isLow },
    commitMs: summaryOf(counters.commitMs),
    loopDelayMs: summaryOf(counters.loopDelayMs),
    memoryBytes: Deno.memoryUsage().rss,
  };
}

function kick(context: ServerContext, { name, reason }: AdminQuestions["kick"]) {
  const outcome = kickUser(context, { name, reason });
  if (outcome.state === "kicked") return { closed: outcome.closed };
  throw new AdminError("not-found", `Nobody here is called ${name}`);
}

async function ban(
  context: ServerContext,
  wanted: AdminQuestions["ban"],
): Promise<AdminAnswers["ban"]> {
  const { forMs, kind, mask } = wanted;
  const outcome = await banTarget(context, { ...wanted, by: "admin", forMs });
  switch (outcome.state) {
    case "banned": {
      const { ban, closed, named } = outcome;
      return named === undefined ? { ban, closed } : { ban, closed, named };
    }
    case "bad-target":
      throw new AdminError("bad-request", `${mask} is not a valid ${kind}`);
    case "not-stored":
      throw notStored(outcome);
  }
}

async function unban(context: ServerContext, target: AdminQuestions["unban"]) {
  const outcome = await liftBan(context, target);
  switch (outcome.state) {
    case "lifted":
      return {};
    case "no-such-ban":
      throw new AdminError("not-found", `There is no ban of ${target.mask}`);
    case "not-stored":
      throw notStored(outcome);
  }
}

function notStored({ error }: BanNotStored): AdminError {
  return new AdminError("failed", error.message, { cause: error });
}

async function resetPassword(
  context: ServerContext,
  { name, password }: AdminQuestions["reset-password"],
): Promise<AdminAnswers["reset-password"]> {
  const outcome = await resetAccountPassword(context, { name, password });
  switch (outcome.state) {
    case "ok":
      return { account: outcome.account, closed: outcome.closed };
    case "unknown":
      throw new AdminError("not-found", `There is no account ${name}`);
    case "not-stored":
      throw new AdminError("failed", accountRefusalText(outcome));
    default:
      throw new AdminError("refused", accountRefusalText(outcome));
  }
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
    const why = messageOf(error);
    throw new AdminError("failed", `Cannot back up to ${path}: ${why}`, { cause: error });
  }
}

function summaryOf(histogram: Histogram) {
  return { p99: histogram.quantile(0.99), max: histogram.max };
}
