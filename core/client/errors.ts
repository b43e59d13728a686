/**
 * What can go wrong for a client, each with a short word for programs.
 *
 * @module
 */
import type { Incoming } from "./incoming.ts";

/**
 * Why something a client was asked to do did not happen:
 * - `could-not-connect`: nobody answers there, or it is no TLS, or no chat server.
 * - `server-full`: every slot of the server is in use.
 * - `unknown-server-key`: the server's certificate has never been seen, and nobody vouched for it.
 * - `changed-server-key`: the server shows another certificate than the one that is pinned.
 * - `disconnected`: the connection was lost before the answer came.
 * - `timeout`: no answer in time.
 * - `not-signed-in`: only who is signed in may do this.
 * - `wrong-password`: name and password do not belong together.
 * - `server-not-verified`: the server could not prove that it knows the password (SCRAM).
 * - `too-many-attempts`: slowed down; try later.
 * - `too-long`, `bad-name`: what was given can never be sent.
 * - `no-such-user`, `no-such-room`, `not-in-room`, `may-not-speak`, `name-in-use`: the server says so.
 * - `not-delivered`: a private message reached nobody.
 * - `untrusted-peer`: another client shows another key than the one pinned to its account.
 * - `queue-full`: too much was typed while there was no connection.
 * - `unsupported`: the server does not offer it.
 * - `refused`: any other refusal; the text says which. A `FAIL` of the server gives its own code in small letters.
 */
export type ClientFault =
  | "could-not-connect"
  | "server-full"
  | "unknown-server-key"
  | "changed-server-key"
  | "disconnected"
  | "timeout"
  | "not-signed-in"
  | "wrong-password"
  | "server-not-verified"
  | "too-many-attempts"
  | "too-long"
  | "bad-name"
  | "no-such-user"
  | "no-such-room"
  | "not-in-room"
  | "may-not-speak"
  | "name-in-use"
  | "not-delivered"
  | "untrusted-peer"
  | "queue-full"
  | "unsupported"
  | "refused";

/** Faults after which trying again would only do harm. */
export const FINAL_FAULTS: ReadonlySet<string> = new Set([
  "unknown-server-key",
  "changed-server-key",
]);

/** A request was not fulfilled. The message is for people. */
export class ClientError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "ClientError";
  /** A short word in kebab case: the fault, or the server's own code where that is more exact. */
  readonly code: string;

  /** `code` is the server's own, where it is more exact than the fault. */
  constructor(
    /** What went wrong, for a program. */
    readonly fault: ClientFault,
    message: string,
    options?: ErrorOptions & { readonly code?: string },
  ) {
    super(message, options);
    this.code = options?.code ?? fault;
  }
}

/** A line of the server that refuses something, as an error; `undefined` for every other line. */
export function refusalIn(message: Incoming): ClientError | undefined {
  const { command, params } = message;
  const text = (params.at(-1) ?? command).replace(/^SASL authentication failed: /, "");
  if (command === "904" && /too many/i.test(text)) {
    return new ClientError("too-many-attempts", text);
  }
  if (command === "FAIL") return fromStandardReply(params, text);
  if (command === "401" && params.length > 2) {
    return new ClientError("no-such-user", notOnline(params[1] ?? ""));
  }
  const fault = NUMERICS[command];
  if (fault !== undefined) return new ClientError(fault, withSubject(params, text));
  if (/^[45]\d\d$/.test(command) && !NO_REFUSAL.has(command)) {
    return new ClientError("refused", withSubject(params, text));
  }
  return undefined;
}

/** Says that there is nobody of that name, who may have an account all the same. */
export function notOnline(nick: string): string {
  return `${nick} is not online`;
}

const NUMERICS: Readonly<Record<string, ClientFault | undefined>> = {
  "401": "no-such-user",
  "403": "no-such-room",
  "404": "may-not-speak",
  "417": "too-long",
  "432": "bad-name",
  "433": "name-in-use",
  "442": "not-in-room",
  "451": "not-signed-in",
  "477": "not-signed-in",
  "902": "refused",
  "904": "wrong-password",
  "905": "refused",
  "906": "refused",
  "907": "refused",
};

/** No message of the day; the end of a WHOWAS: not a refusal of anything that was asked for. */
const NO_REFUSAL = new Set(["422", "406"]);

const CODES: Readonly<Record<string, ClientFault | undefined>> = {
  TOO_MANY_ATTEMPTS: "too-many-attempts",
  RATE_LIMITED: "too-many-attempts",
  ACCOUNT_REQUIRED: "not-signed-in",
  WRONG_PASSWORD: "wrong-password",
  INVALID_CREDENTIALS: "wrong-password",
  BAD_ACCOUNT_NAME: "bad-name",
};

/** `FAIL <command> <code> [<context>...] :<description>` (IRCv3 standard replies). */
function fromStandardReply(params: readonly string[], text: string): ClientError {
  const code = params[1] ?? "";
  const fault = CODES[code] ?? "refused";
  const known = /^[A-Z0-9_]{1,40}$/.test(code);
  return new ClientError(fault, text, {
    code: fault !== "refused" || !known ? fault : code.toLowerCase().replaceAll("_", "-"),
  });
}

/** `<me> <subject> :text` says what it is about; so does the message for people. */
function withSubject(params: readonly string[], text: string): string {
  const subject = params.length > 2 ? params[1] : undefined;
  return subject === undefined ? text : `${subject}: ${text}`;
}
