/**
 * The state of a client's session with a server: one value and one pure step function.
 *
 * ```text
 * registering -> registered        any -> closed
 * ```
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { LossReason } from "../events/problems.ts";
import type { Incoming } from "./incoming.ts";

/** Most ISUPPORT tokens that are kept: more than any server has. */
const MAX_ISUPPORT = 200;

/** Facts that the server has sent about us and itself. */
export interface SessionFacts {
  /** Our nickname; `*` before the welcome. */
  readonly nick: string;
  /** The account we are signed in to. */
  readonly account: string | undefined;
  /** The server's ISUPPORT tokens; `""` for those without a value. */
  readonly isupport: ReadonlyMap<string, string>;
  /** The text of the server's `ERROR`. */
  readonly lastWords: string | undefined;
}

/** The state of a session. */
export type SessionState =
  & SessionFacts
  & (
    | { readonly at: "registering" | "registered" }
    | {
      readonly at: "closed";
      readonly reason: LossReason;
      /** Whether the server had welcomed us. */
      readonly wasRegistered: boolean;
    }
  );

/** An input of {@linkcode stepSession}. */
export type SessionInput =
  | { readonly kind: "line"; readonly line: Incoming }
  | { readonly kind: "closed"; readonly reason: LossReason };

/** The state of a session whose connection has just been opened. */
export const FIRST_SESSION: SessionState = {
  at: "registering",
  nick: "*",
  account: undefined,
  isupport: new Map(),
  lastWords: undefined,
};

/**
 * Returns the next state, or the same one if nothing changes. `closed` is final.
 *
 * @example The server's `ERROR` takes precedence over the closed socket
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseIncoming } from "./incoming.ts";
 * import { FIRST_SESSION, stepSession } from "./session_state.ts";
 * const line = parseIncoming("ERROR :Server is full")!;
 * const afterError = stepSession(FIRST_SESSION, { kind: "line", line });
 * const closed = stepSession(afterError, { kind: "closed", reason: { kind: "hung-up" } });
 * assert(closed.at === "closed");
 * assert.deepEqual(closed.reason, { kind: "server-said", text: "Server is full" });
 * ```
 */
export function stepSession(state: SessionState, input: SessionInput): SessionState {
  if (state.at === "closed") return state;
  switch (input.kind) {
    case "line":
      return learn(state, input.line);
    case "closed":
      return {
        ...state,
        at: "closed",
        wasRegistered: isRegistered(state),
        reason: state.lastWords === undefined
          ? input.reason
          : { kind: "server-said", text: state.lastWords },
      };
  }
}

/** Whether the server has welcomed us. */
export function isRegistered(state: SessionState): boolean {
  return state.at === "registered" || (state.at === "closed" && state.wasRegistered);
}

/** Whether a nickname is ours. */
export function isOwnNick({ nick }: SessionFacts, other: string): boolean {
  return foldName(other) === foldName(nick);
}

function learn(
  state: Exclude<SessionState, { at: "closed" }>,
  { command, from, params }: Incoming,
): SessionState {
  switch (command) {
    case "001":
      return { ...state, at: "registered", nick: params[0] ?? state.nick };
    case "005":
      return { ...state, isupport: withTokens(state.isupport, params.slice(1, -1)) };
    case "NICK":
      return isOwnNick(state, from) ? { ...state, nick: params[0] ?? state.nick } : state;
    case "900":
      return { ...state, account: params[2] ?? state.account };
    case "901":
      return { ...state, account: undefined };
    case "ERROR":
      return { ...state, lastWords: params[0] };
    default:
      return state;
  }
}

function withTokens(
  known: ReadonlyMap<string, string>,
  tokens: readonly string[],
): ReadonlyMap<string, string> {
  const all = new Map(known);
  for (const token of tokens) {
    if (all.size >= MAX_ISUPPORT) break;
    const equals = token.indexOf("=");
    if (equals < 0) all.set(token, "");
    else all.set(token.slice(0, equals), token.slice(equals + 1));
  }
  return all;
}
