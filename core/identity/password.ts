/**
 * Passwords: validation, hashing and checking.
 *
 * Only the SCRAM-SHA-256 keys (RFC 5802, RFC 7677) are stored. A server that lets users sign
 * in by SCRAM has to store these keys, and an attacker who steals them can guess passwords at PBKDF2's speed; a memory-hard
 * hash (scrypt, Argon2) stored beside them would add a second target and protect nothing. So PBKDF2 alone,
 * with the number of rounds recommended today, serves both mechanisms. In return a client that uses SCRAM never shows its
 * password to the server, and its sign-in costs the server nothing: the client does the rounds.
 *
 * An unknown name is checked against {@linkcode fakeVerifier}: same work, same answer, same messages on the wire.
 *
 * @module
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { encodedLength } from "../ground/bytes.ts";
import { MAX_PASSWORD_BYTES } from "../ground/limits.ts";
import { foldName } from "../ground/names.ts";
import { HashGate, type Waiter } from "./hash_gate.ts";
import { saltedPassword, scramKeys } from "./scram_keys.ts";
import type { Verifier } from "./verifier.ts";

/** PBKDF2 rounds of a new verifier: OWASP's recommendation for PBKDF2-HMAC-SHA256 since 2023. */
export const DEFAULT_ITERATIONS = 600_000;
/** Shorter passwords are accepted with a warning (NIST SP 800-63B, section 5.1.1). */
const ADVISED_PASSWORD_CHARACTERS = 8;

const SALT_BYTES = 16;

/** One gate for the process, since all computations share the processor. */
const PROCESS_GATE = new HashGate();

/** Options for the hashing functions. */
export interface PasswordHashOptions extends Waiter {
  /** The gate to wait at; by default the process's own. */
  readonly gate?: HashGate | undefined;
}

/** Options for {@linkcode makeVerifier}. */
export interface MakeVerifierOptions extends PasswordHashOptions {
  /** PBKDF2 rounds; by default {@linkcode DEFAULT_ITERATIONS}. Tests use few. */
  readonly iterations?: number;
}

/** A verifier; or the reason why the password is refused, for the user; or "busy" when too many are waiting. */
export type MakeVerifierOutcome =
  | { readonly state: "made"; readonly verifier: Verifier }
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "busy" };

/** A normalized password, or the reason why it is refused. */
export type PreparedPassword =
  | { readonly state: "ok"; readonly password: string }
  | { readonly state: "refused"; readonly reason: string };

/**
 * Normalizes a password: every kind of space becomes a plain one, then Unicode NFC, so that the same password
 * typed on two systems is equal (OpaqueString, RFC 8265, section 4.2). Refuses invalid passwords.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { preparePassword } from "./password.ts";
 * assert.deepEqual(preparePassword("cafe\u0301 olé"), { state: "ok", password: "café olé" });
 * assert.equal(preparePassword("hunter2\n").state, "refused");
 * ```
 */
export function preparePassword(text: string): PreparedPassword {
  if (!text.isWellFormed() || /\p{Cc}/u.test(text)) {
    return refused("password has control characters or broken Unicode in it");
  }
  const password = text.replace(/\p{Zs}/gu, " ").normalize("NFC");
  if (password === "") return refused("password is empty");
  if (encodedLength(password) > MAX_PASSWORD_BYTES) {
    return refused(`password is too long: at most ${MAX_PASSWORD_BYTES} bytes`);
  }
  return { state: "ok", password };
}

/**
 * A warning about a new password that is easy to guess; `undefined` when it is not. It is accepted all the same: how
 * strong passwords have to be is up to the group.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { adviceOnPassword } from "./password.ts";
 * assert.match(adviceOnPassword("hunter2") ?? "", /short/);
 * assert.equal(adviceOnPassword("correct horse"), undefined);
 * ```
 */
export function adviceOnPassword(text: string): string | undefined {
  if ([...text].length >= ADVISED_PASSWORD_CHARACTERS) return undefined;
  return `That password is short: ${ADVISED_PASSWORD_CHARACTERS} characters or more are harder to guess`;
}

/** Makes the verifier of a new password, with a new salt. Runs off the main thread. */
export async function makeVerifier(
  text: string,
  { iterations = DEFAULT_ITERATIONS, gate = PROCESS_GATE, ...waiter }: MakeVerifierOptions = {},
): Promise<MakeVerifierOutcome> {
  const prepared = preparePassword(text);
  if (prepared.state === "refused") return prepared;
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  const hashed = await gate.run(
    () => saltedPassword(prepared.password, { salt, iterations }),
    waiter,
  );
  if (hashed.state === "busy") return hashed;
  const { storedKey, serverKey } = scramKeys(hashed.value);
  return { state: "made", verifier: { iterations, salt, storedKey, serverKey } };
}

/**
 * Checks a password received in plain text, as by SASL PLAIN. Runs off the main thread and compares in constant time.
 * A password that {@linkcode preparePassword} refuses is "wrong" without a computation.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkPassword, fakeVerifier, makeVerifier } from "./password.ts";
 * const made = await makeVerifier("correct horse", { iterations: 4096 });
 * assert(made.state === "made");
 * assert.equal(await checkPassword("correct horse", made.verifier), "right");
 * assert.equal(await checkPassword("incorrect horse", made.verifier), "wrong");
 *
 * const nobody = fakeVerifier("nobody", new Uint8Array(32), { iterations: 4096 });
 * assert.equal(await checkPassword("correct horse", nobody), "wrong");
 * ```
 */
export async function checkPassword(
  text: string,
  verifier: Verifier,
  { gate = PROCESS_GATE, ...waiter }: PasswordHashOptions = {},
): Promise<"right" | "wrong" | "busy"> {
  const prepared = preparePassword(text);
  if (prepared.state === "refused") return "wrong";
  const hashed = await gate.run(() => saltedPassword(prepared.password, verifier), waiter);
  if (hashed.state === "busy") return "busy";
  const { storedKey } = scramKeys(hashed.value);
  return timingSafeEqual(storedKey, verifier.storedKey) ? "right" : "wrong";
}

/**
 * A verifier for an unknown name: no password matches it, and it is always the same for the same name, so that
 * the salt sent to a SCRAM client does not reveal whether an account exists.
 *
 * @param secret Known to this server alone, and stored: `AccountStore.accounts.secret`.
 */
export function fakeVerifier(
  name: string,
  secret: Uint8Array,
  { iterations = DEFAULT_ITERATIONS }: Pick<MakeVerifierOptions, "iterations"> = {},
): Verifier {
  const derive = (purpose: string) =>
    new Uint8Array(createHmac("sha256", secret).update(`${purpose}\0${foldName(name)}`).digest());
  return {
    iterations,
    salt: derive("salt").subarray(0, SALT_BYTES),
    storedKey: derive("stored-key"),
    serverKey: derive("server-key"),
  };
}

function refused(reason: string): { readonly state: "refused"; readonly reason: string } {
  return { state: "refused", reason };
}
