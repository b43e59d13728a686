/**
 * What `chat admin` and a running server say to each other: a line of JSON each way, over a socket in the data
 * folder that only the server's owner can open.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { isAccountName } from "../../irc/names.ts";

/** Version of the lines. */
export const ADMIN_VERSION = 1;
/** Longest line, in bytes: an answer may list ten thousand connections. */
export const MAX_ADMIN_LINE_BYTES = 16 * 1024 * 1024;

/** Where a server with this data folder listens for its owner. */
export function adminSocketPath(dataFolder: string): string {
  return join(dataFolder, "admin.sock");
}

const Name = v.pipe(v.string(), v.check(isAccountName, "is no name"));
const Reason = v.pipe(v.string(), v.maxLength(200));
const BanKind = v.picklist(["account", "address", "cidr"]);
const Mask = v.pipe(v.string(), v.maxLength(64));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Milliseconds since the epoch. */
const Time = v.number();

function request<const C extends string, E extends v.ObjectEntries>(command: C, entries: E) {
  return v.strictObject({
    v: v.literal(ADMIN_VERSION),
    command: v.literal(command),
    ...entries,
  });
}

/** Everything that can be asked. */
const Request = v.variant("command", [
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
    /** Milliseconds; absent: for ever. */
    forMs: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  }),
  request("unban", { kind: BanKind, mask: Mask }),
  request("reset-password", { name: Name, password: v.pipe(v.string(), v.maxLength(1_024)) }),
  request("announce", { text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4_000)) }),
  /** An absolute path, where the server may write. */
  request("backup", { path: v.pipe(v.string(), v.minLength(1)) }),
]);

/** One question. */
export type AdminRequest = v.InferOutput<typeof Request>;
/** The questions' names. */
export type AdminCommand = AdminRequest["command"];

const Ban = v.object({
  kind: BanKind,
  mask: v.string(),
  reason: v.string(),
  by: v.string(),
  at: Time,
  until: v.optional(Time),
});

/** What is answered, by the question. */
const Results = {
  "users": v.array(v.object({
    name: v.string(),
    guest: v.boolean(),
    /** When they came. */
    since: Time,
    lastSaidAt: Time,
    away: v.optional(v.string()),
    doors: v.array(v.string()),
    addresses: v.array(v.string()),
    rooms: Count,
  })),
  "connections": v.object({
    slots: v.object({ used: Count, total: Count }),
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
    slots: v.object({ used: Count, total: Count }),
    connections: v.record(v.string(), Count),
    roomMessages: Count,
    privateMessages: Count,
    deliveries: Count,
    bytesIn: Count,
    bytesOut: Count,
    signIns: v.record(v.string(), Count),
    registrations: v.record(v.string(), Count),
    refused: v.record(v.string(), Count),
    bans: Count,
    historyBacklog: Count,
    historyFailing: v.boolean(),
    /** Milliseconds that 99 of 100 commits, and delays of the event loop, stay within; and the worst. */
    commitMs: v.object({ p99: v.number(), max: v.number() }),
    loopDelayMs: v.object({ p99: v.number(), max: v.number() }),
    memoryBytes: Count,
  }),
  "kick": v.object({ closed: Count }),
  "ban": v.object({ ban: Ban, closed: Count }),
  "unban": v.object({}),
  "reset-password": v.object({ account: v.string(), closed: Count }),
  "announce": v.object({ told: Count }),
  "backup": v.object({ path: v.string(), bytes: Count }),
} as const satisfies Record<AdminCommand, v.GenericSchema>;

/** The answer to a question. */
export type AdminResult<C extends AdminCommand = AdminCommand> = v.InferOutput<typeof Results[C]>;

const Faults = ["bad-request", "version", "not-found", "refused", "failed"] as const;
/** Why something asked for was not done. */
export type AdminRefusal = typeof Faults[number];

const Response = v.variant("ok", [
  v.object({ v: v.literal(ADMIN_VERSION), ok: v.literal(true), result: v.unknown() }),
  v.object({
    v: v.literal(ADMIN_VERSION),
    ok: v.literal(false),
    fault: v.picklist(Faults),
    message: v.string(),
  }),
]);

/** What was asked could not be done, or what came was no question or answer. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  /** A fault and its words, which are for a person. */
  constructor(
    readonly fault: AdminRefusal | "no-server" | "bad-answer" | "unsupported",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Reads a question.
 *
 * @throws {AdminError} "bad-request", or "version" when it is another version's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatRequest, parseRequest } from "./protocol.ts";
 * const line = formatRequest("kick", { name: "bob", reason: "" });
 * assert.deepEqual(parseRequest(line), { v: 1, command: "kick", name: "bob", reason: "" });
 * ```
 */
export function parseRequest(line: string): AdminRequest {
  const value = parseJson(line, "bad-request");
  const result = v.safeParse(Request, value);
  if (result.success) return result.output;
  const version = v.safeParse(v.object({ v: v.number() }), value);
  if (version.success && version.output.v !== ADMIN_VERSION) {
    throw new AdminError(
      "version",
      `Server speaks version ${ADMIN_VERSION} of this protocol, not ${version.output.v}`,
    );
  }
  throw new AdminError("bad-request", `Cannot accept that: ${describe(result.issues)}`);
}

/** What belongs to a question. */
export type AdminFields<C extends AdminCommand> = Omit<
  Extract<AdminRequest, { command: C }>,
  "v" | "command"
>;

/** Writes a question, without a line end. */
export function formatRequest<C extends AdminCommand>(command: C, fields: AdminFields<C>): string {
  return JSON.stringify({ v: ADMIN_VERSION, command, ...fields });
}

/** Writes an answer, without a line end. */
export function formatAnswer(result: AdminResult | AdminError): string {
  if (!(result instanceof AdminError)) {
    return JSON.stringify({ v: ADMIN_VERSION, ok: true, result });
  }
  const { fault, message } = result;
  return JSON.stringify({ v: ADMIN_VERSION, ok: false, fault, message });
}

/**
 * Reads the answer to `command`.
 *
 * @throws {AdminError} What the server answered when it refused; "bad-answer" when it makes no sense.
 */
export function parseAnswer<C extends AdminCommand>(command: C, line: string): AdminResult<C> {
  const response = v.safeParse(Response, parseJson(line, "bad-answer"));
  if (!response.success) {
    throw new AdminError("bad-answer", `Cannot read the answer: ${describe(response.issues)}`);
  }
  if (!response.output.ok) throw new AdminError(response.output.fault, response.output.message);
  const result = v.safeParse(Results[command], response.output.result);
  if (result.success) return result.output;
  throw new AdminError("bad-answer", `Cannot read the answer: ${describe(result.issues)}`);
}

function parseJson(line: string, fault: "bad-request" | "bad-answer"): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new AdminError(fault, "Not a line of JSON", { cause: error });
  }
}

function describe(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const at = v.getDotPath(issue);
  return at === null ? issue.message : `${at}: ${issue.message}`;
}
