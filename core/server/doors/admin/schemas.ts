/**
 * Schemas of requests and answers on the admin socket.
 *
 * @module
 */
import * as v from "valibot";
import { isAccountName } from "../../../ground/names.ts";
import type { AdminAnswers, AdminCommand, AdminRequest } from "./types.ts";

const Name = v.pipe(v.string(), v.check(isAccountName, "is not a valid account name"));
const Reason = v.pipe(v.string(), v.maxLength(200));
const BanKind = v.picklist(["account", "address", "cidr"]);
const Mask = v.pipe(v.string(), v.maxLength(64));
const Milliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const Password = v.pipe(v.string(), v.maxLength(1_024));
const Path = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const Announcement = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4_000));

function request<const C extends AdminCommand, E extends v.ObjectEntries>(command: C, entries: E) {
  return v.strictObject({ v: v.literal(1), command: v.literal(command), ...entries });
}

/** Schema of a request. */
export const RequestSchema: v.GenericSchema<unknown, AdminRequest> = v.variant("command", [
  request("users", {}),
  request("connections", {}),
  request("rooms", {}),
  request("bans", {}),
  request("stats", {}),
  request("kick", { name: Name, reason: Reason }),
  request("ban", {
    kind: BanKind,
    mask: Mask,
    reason: Reason,
    forMs: v.optional(Milliseconds),
  }),
  request("unban", { kind: BanKind, mask: Mask }),
  request("reset-password", { name: Name, password: Password }),
  request("announce", { text: Announcement }),
  request("backup", { path: Path, file: v.optional(Path) }),
]);

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Counts = v.record(v.string(), Count);
const Time = v.number();
const Slots = v.object({ used: Count, total: Count });
const Took = v.object({ p99: v.number(), max: v.number() });
const Ban = v.object({
  kind: BanKind,
  mask: v.string(),
  reason: v.string(),
  by: v.string(),
  at: Time,
  until: v.optional(Time),
});

/** Schema of the answer to each command. */
export const AnswerSchemas: {
  readonly [C in AdminCommand]: v.GenericSchema<unknown, AdminAnswers[C]>;
} = {
  "users": v.array(v.object({
    name: v.string(),
    guest: v.boolean(),
    since: Time,
    lastSaidAt: Time,
    away: v.optional(v.string()),
    doors: v.array(v.string()),
    addresses: v.array(v.string()),
    rooms: Count,
  })),
  "connections": v.object({
    slots: Slots,
    connections: v.array(v.object({
      door: v.optional(v.string()),
      transport: v.string(),
      address: v.string(),
      since: Time,
      name: v.optional(v.string()),
      account: v.optional(v.string()),
      pendingBytes: Count,
    })),
  }),
  "rooms": v.array(v.object({
    name: v.string(),
    users: Count,
    founder: v.optional(v.string()),
    topic: v.optional(v.string()),
  })),
  "bans": v.array(Ban),
  "stats": v.object({
    version: v.string(),
    server: v.string(),
    startedAt: Time,
    accounts: Count,
    users: Count,
    rooms: Count,
    slots: Slots,
    connections: Counts,
    roomMessages: Count,
    privateMessages: Count,
    deliveries: Count,
    bytesIn: Count,
    bytesOut: Count,
    signIns: Counts,
    registrations: Counts,
    refused: Counts,
    bans: Count,
    historyBacklog: Count,
    historyFailing: v.boolean(),
    storeBytes: Count,
    disk: v.optional(v.object({ freeBytes: Count, totalBytes: Count, isLow: v.boolean() })),
    commitMs: Took,
    loopDelayMs: Took,
    memoryBytes: Count,
  }),
  "kick": v.object({ closed: Count }),
  "ban": v.object({
    ban: Ban,
    closed: Count,
    named: v.optional(v.picklist(["account", "guest", "nobody"])),
  }),
  "unban": v.object({}),
  "reset-password": v.object({ account: v.string(), closed: Count }),
  "announce": v.object({ told: Count }),
  "backup": v.object({ path: v.string(), bytes: Count }),
};
