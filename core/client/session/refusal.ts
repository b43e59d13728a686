/**
 * Lines of the server that refuse something, as errors.
 *
 * @module
 */
import { ClientError } from "../events/errors.ts";
import type { ClientFault } from "../events/problems.ts";
import type { Incoming } from "./incoming.ts";

/** The error for a refusal of the server; `undefined` for any other line. */
export function refusalIn(message: Incoming): ClientError | undefined {
  const { command, params } = message;
  const text = (params.at(-1) ?? command).replace(/^SASL authentication failed: /, "");
  if (command === "904" && /too many/i.test(text)) {
    return refusal({ fault: "too-many-attempts", text });
  }
  if (command === "FAIL") return fromStandardReply(params, text);
  if (command === "401" && params.length > 2) {
    return new ClientError({ kind: "not-online", nick: params[1] ?? "" });
  }
  const fault = NUMERICS[command];
  const subject = params.length > 2 ? params[1] : undefined;
  if (fault !== undefined) return refusal({ fault, subject, text });
  if (/^[45]\d\d$/.test(command) && !NO_REFUSAL.has(command)) {
    return refusal({ fault: "refused", subject, text });
  }
  return undefined;
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

/** ERR_NOMOTD and ERR_WASNOSUCHNICK: answers, not refusals. */
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
  const own = fault === "refused" && known ? code.toLowerCase().replaceAll("_", "-") : fault;
  return refusal({ fault, code: own, text });
}

function refusal(
  { fault, code = fault, subject, text }: {
    readonly fault: ClientFault;
    readonly code?: string;
    readonly subject?: string | undefined;
    readonly text: string;
  },
): ClientError {
  return new ClientError({ kind: "server-refusal", fault, code, subject, text });
}
