/**
 * The protocol between `chat admin` and a running server: one line of JSON each way, over a socket in the data
 * folder that only the server's user can open.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { AnswerSchemas, RequestSchema } from "./schemas.ts";
import type { AdminAnswers, AdminCommand, AdminQuestions, AdminRequest } from "./types.ts";

/** Version of the protocol. */
export const ADMIN_VERSION = 1;
/** Longest line, in bytes: an answer may list ten thousand connections. */
export const MAX_ADMIN_LINE_BYTES = 16 * 1024 * 1024;

/** The path of the admin socket in a data folder. */
export function adminSocketPath(dataFolder: string): string {
  return join(dataFolder, "admin.sock");
}

/** Why a request failed. */
export type AdminRefusal = "bad-request" | "version" | "not-found" | "refused" | "failed";

const Response = v.variant("ok", [
  v.object({ v: v.literal(ADMIN_VERSION), ok: v.literal(true), result: v.unknown() }),
  v.object({
    v: v.literal(ADMIN_VERSION),
    ok: v.literal(false),
    fault: v.picklist(["bad-request", "version", "not-found", "refused", "failed"]),
    message: v.string(),
  }),
]);

/** A request failed, or a line was not a valid request or answer. */
export class AdminError extends Error {
  /** The class's name. */
  override readonly name = "AdminError";
  /** `fault` for programs, `message` for people. */
  constructor(
    /** What is wrong. */
    readonly fault: AdminRefusal | "no-server" | "bad-answer" | "unsupported",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Parses a request.
 *
 * @throws {AdminError} "bad-request", or "version" for another version of the protocol.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatAdminRequest, parseAdminRequest } from "./protocol.ts";
 * const line = formatAdminRequest("kick", { name: "bob", reason: "" });
 * assert.deepEqual(parseAdminRequest(line), { v: 1, command: "kick", name: "bob", reason: "" });
 * ```
 */
export function parseAdminRequest(line: string): AdminRequest {
  const value = parseJson(line, "bad-request");
  const result = v.safeParse(RequestSchema, value);
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

/** Formats a request, without a line end. */
export function formatAdminRequest<C extends AdminCommand>(
  command: C,
  fields: AdminQuestions[C],
): string {
  return JSON.stringify({ v: ADMIN_VERSION, command, ...fields });
}

/** Formats an answer, without a line end. */
export function formatAdminAnswer(result: AdminAnswers[AdminCommand] | AdminError): string {
  if (!(result instanceof AdminError)) {
    return JSON.stringify({ v: ADMIN_VERSION, ok: true, result });
  }
  const { fault, message } = result;
  return JSON.stringify({ v: ADMIN_VERSION, ok: false, fault, message });
}

/**
 * Parses the answer to `command`.
 *
 * @throws {AdminError} The server's error when it refused; "bad-answer" when the answer is invalid.
 */
export function parseAdminAnswer<C extends AdminCommand>(
  command: C,
  line: string,
): AdminAnswers[C] {
  const response = v.safeParse(Response, parseJson(line, "bad-answer"));
  if (!response.success) {
    throw new AdminError("bad-answer", `Cannot read the answer: ${describe(response.issues)}`);
  }
  if (!response.output.ok) throw new AdminError(response.output.fault, response.output.message);
  const schema: v.GenericSchema<unknown, AdminAnswers[C]> = AnswerSchemas[command];
  const result = v.safeParse(schema, response.output.result);
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
