/**
 * Accounts in one session: registration, signing in and out, changing the password.
 *
 * @module
 */
import { encodedLength } from "../../ground/bytes.ts";
import { MAX_PASSWORD_BYTES } from "../../ground/limits.ts";
import { isAccountName } from "../../ground/names.ts";
import { ClientError } from "../events/errors.ts";
import type { Credentials } from "./sasl.ts";
import type { ServerSession } from "./session.ts";

/**
 * Registers an account (https://ircv3.net/specs/extensions/account-registration) and signs in to it.
 *
 * @throws {ClientError} `bad-name`, `unsupported`, or the server's code: `account-exists`, `weak-password`, ...
 */
export async function registerAccount(session: ServerSession, who: Credentials): Promise<void> {
  check(who);
  if (!session.capabilities.has("draft/account-registration")) {
    throw new ClientError({ kind: "no-registration" });
  }
  const answer = await session.request({
    command: "REGISTER",
    params: [who.account, "*", who.password],
  });
  const reply = answer.find(({ command }) => command === "REGISTER");
  if (reply?.params[0] === "VERIFICATION_REQUIRED") {
    throw new ClientError({ kind: "verification-required", text: reply.params.at(-1) });
  }
  if (session.account === undefined) await session.signIn(who);
  await session.roundTrip(); // its nickname and rooms have arrived
}

/** Signs in. @throws {ClientError} `bad-name`, `wrong-password`, `too-many-attempts`, ... */
export async function signIn(session: ServerSession, who: Credentials): Promise<void> {
  check(who);
  await session.signIn(who);
  await session.roundTrip(); // its nickname and rooms have arrived
}

/** Signs out; the connection stays. @throws {ClientError} `not-signed-in`. */
export async function signOut(session: ServerSession): Promise<void> {
  requireAccount(session);
  await session.request({ command: "NS", params: ["LOGOUT"] });
  await session.roundTrip();
}

/** Changes the password of our account. Returns the server's remark, if any. */
export async function changePassword(
  session: ServerSession,
  old: string,
  fresh: string,
): Promise<string | undefined> {
  requireAccount(session);
  checkPassword(old);
  checkPassword(fresh);
  // A password may contain a space, which would split it into two parameters.
  const params = [
    "PASSWD64",
    ...[old, fresh].map((text) => new TextEncoder().encode(text).toBase64()),
  ];
  const answer = await session.request({ command: "NS", params });
  return answer.find(({ command }) => command === "NOTE")?.params.at(-1);
}

/** The account of the session. @throws {ClientError} `not-signed-in`. */
function requireAccount(session: ServerSession): string {
  if (session.account !== undefined) return session.account;
  throw new ClientError({ kind: "not-signed-in" });
}

function check({ account, password }: Credentials): void {
  if (!isAccountName(account)) {
    throw new ClientError({ kind: "bad-account-name", name: account });
  }
  checkPassword(password);
}

function checkPassword(password: string): void {
  const bytes = encodedLength(password);
  if (bytes === 0) throw new ClientError({ kind: "empty-password" });
  if (bytes > MAX_PASSWORD_BYTES) {
    throw new ClientError({ kind: "password-too-long", maxBytes: MAX_PASSWORD_BYTES });
  }
  // deno-lint-ignore no-control-regex -- matches control characters
  if (/[\x00-\x1f\x7f]/.test(password)) {
    throw new ClientError({ kind: "password-with-controls" });
  }
}
