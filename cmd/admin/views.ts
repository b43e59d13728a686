/** The text output of `chat admin`. @module */
import type { BannedName } from "../../core/server/acts/moderate.ts";
import type { AdminAnswers, AdminCommand } from "../../core/server/doors/admin/types.ts";
import { formatDuration } from "./duration.ts";
import { formatTable } from "./table.ts";

const KINDS = { account: "account", address: "address", cidr: "network" } as const;

/** Extra text when the banned account does not exist. */
const UNKNOWN_ACCOUNT: { readonly [named in BannedName]: (name: string) => string } = {
  account: () => "",
  guest: (name) =>
    `\n${name} is a guest, who stays in: the ban applies if that name is registered. ` +
    `To keep a guest out, ban the address (chat admin users shows it).`,
  nobody: (name) =>
    `\nThere is no account ${name} now: the ban applies if that name is registered.`,
};

/** Formats each answer as text. `now` is in milliseconds since the epoch. */
export const VIEWS: {
  readonly [C in AdminCommand]: (result: AdminAnswers[C], now: number) => string;
} = {
  "users": (users, now) =>
    users.length === 0 ? "Nobody is here." : formatTable(
      ["NAME", "HERE FOR", "IDLE", "DOORS", "FROM", "ROOMS", ""],
      users.map((user) => [
        user.name,
        formatDuration(now - user.since),
        formatDuration(now - user.lastSaidAt),
        user.doors.join(" "),
        user.addresses.join(" "),
        String(user.rooms),
        [user.guest ? "guest" : "", user.away === undefined ? "" : `away: ${user.away}`]
          .filter((word) => word !== "").join(", "),
      ]),
    ),
  "connections": ({ slots, connections }, now) =>
    formatTable(
      ["DOOR", "OVER", "FROM", "FOR", "NAME", "ACCOUNT", "WAITING"],
      connections.map((connection) => [
        connection.door ?? "-",
        connection.transport,
        connection.address,
        formatDuration(now - connection.since),
        connection.name ?? "-",
        connection.account ?? "-",
        connection.pendingBytes === 0 ? "" : formatBytes(connection.pendingBytes),
      ]),
    ) + `\n${slots.used} of ${slots.total} slots in use`,
  "rooms": (rooms) =>
    formatTable(
      ["ROOM", "USERS", "FOUNDER", "TOPIC"],
      rooms.map(({ name, users, founder = "-", topic = "" }) => [
        name,
        String(users),
        founder,
        topic,
      ]),
    ),
  "bans": (bans, now) =>
    bans.length === 0 ? "Nobody is banned." : formatTable(
      ["KIND", "WHO", "SINCE", "ENDS IN", "REASON"],
      bans.map(({ kind, mask, at, until, reason }) => [
        KINDS[kind],
        mask,
        formatTime(at),
        until === undefined ? "never" : formatDuration(until - now),
        reason,
      ]),
    ),
  "stats": showStats,
  "kick": ({ closed }) => `Kicked: ${connections(closed)} closed.`,
  "ban": ({ ban: { kind, mask, until }, closed, named = "account" }) => {
    const time = until === undefined ? "for ever" : `until ${formatTime(until)}`;
    const note = UNKNOWN_ACCOUNT[named](mask);
    return `Banned ${KINDS[kind]} ${mask} ${time}: ${connections(closed)} closed.${note}`;
  },
  "unban": () => "Ban lifted.",
  "reset-password": ({ account, closed }) =>
    `New password set for ${account}: ${connections(closed)} closed.`,
  "announce": ({ told }) => `Announced to ${connections(told)}.`,
  "backup": ({ path, bytes }) => `Backed up: ${path}, ${formatBytes(bytes)}.`,
};

function showStats(stats: AdminAnswers["stats"], now: number): string {
  const figures = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`).join(", ") || "none";
  const ms = ({ p99, max }: { readonly p99: number; readonly max: number }) =>
    `p99 ${p99.toFixed(2)} ms, max ${max.toFixed(2)} ms`;
  const rows = [
    ["server", `${stats.server}, chat ${stats.version}`],
    ["running for", formatDuration(now - stats.startedAt)],
    ["accounts", String(stats.accounts)],
    ["users here", String(stats.users)],
    ["rooms", String(stats.rooms)],
    ["slots", `${stats.slots.used} of ${stats.slots.total} in use`],
    ["connections", figures(stats.connections)],
    ["messages", `${stats.roomMessages} to rooms, ${stats.privateMessages} private`],
    ["deliveries", String(stats.deliveries)],
    ["received, sent", `${formatBytes(stats.bytesIn)}, ${formatBytes(stats.bytesOut)}`],
    ["sign-ins", figures(stats.signIns)],
    ["registrations", figures(stats.registrations)],
    ["refused", figures(stats.refused)],
    ["bans", String(stats.bans)],
    [
      "history",
      stats.historyFailing
        ? `CANNOT BE WRITTEN, ${stats.historyBacklog} messages wait`
        : ms(stats.commitMs),
    ],
    ["database", diskUse(stats)],
    ["event loop delay", ms(stats.loopDelayMs)],
    ["memory", formatBytes(stats.memoryBytes)],
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(18)}${value}`).join("\n");
}

function diskUse({ storeBytes, disk }: AdminAnswers["stats"]): string {
  const size = formatBytes(storeBytes);
  if (!disk) return size;
  const free = `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free`;
  return `${size}, ${free}${disk.isLow ? ": LOW" : ""}`;
}

function connections(count: number): string {
  return `${count} ${count === 1 ? "connection" : "connections"}`;
}

/** Local time to the minute. */
function formatTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const steps = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1_024;
  while (value >= 1_024 && steps.length > 1) {
    value /= 1_024;
    steps.shift();
  }
  return `${value.toFixed(1)} ${steps[0]}`;
}
