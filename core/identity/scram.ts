/**
 * Both sides of SCRAM-SHA-256 (RFC 5802, RFC 7677): messages in, messages out, no I/O.
 *
 * The client proves that it knows the password without revealing it; the server proves that it has the account's keys,
 * so that a client detects a server that does not. Channel binding is not offered: a client that
 * demands it (`p=`) is refused, one that supports it (`y`) is accepted, as RFC 5802, section 6 requires of a
 * server without channel binding.
 *
 * @module
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { sha256Digest } from "../ground/bytes.ts";
import { foldName } from "../ground/names.ts";
import { preparePassword } from "./password.ts";
import { hmacSha256, saltedPassword, scramKeys } from "./scram_keys.ts";
import type { ClientFirst } from "./scram_messages.ts";
import {
  escapeSaslName,
  parseClientFinal,
  parseClientFirst,
  parseServerFinal,
  parseServerFirst,
  ScramError,
} from "./scram_messages.ts";
import type { Verifier } from "./verifier.ts";

export { ScramError } from "./scram_messages.ts";
export type { ScramFault } from "./scram_messages.ts";

/** Fewest PBKDF2 rounds a client agrees to (RFC 7677, section 4). */
export const MIN_ITERATIONS = 4096;
/** Most PBKDF2 rounds a client agrees to: about a second of work. */
export const MAX_ITERATIONS = 5_000_000;

const NONCE_BYTES = 24;

/** Options for both sides. */
export interface ScramOptions {
  /** This side's part of the nonce; random by default, for tests. Printable ASCII without comma. */
  readonly nonce?: string;
}

/** Options for {@linkcode ScramServer}. */
export interface ScramServerOptions extends ScramOptions {
  /** The verifier of an account; for an unknown name `fakeVerifier()`, so that both look the same. */
  readonly verifierOf: (name: string) => Verifier | Promise<Verifier>;
}

/** The server's answer to a client's first message. The `message` of a failure is for the wire: `e=...`. */
export type ScramServerFirst =
  | { readonly state: "continue"; readonly name: string; readonly message: string }
  | { readonly state: "failed"; readonly fault: ScramError; readonly message: string };

/**
 * The server's answer to a client's last message. `name` is in the client's spelling, `verifier` is the one its proof
 * was checked against: the account's password may have changed since.
 */
export type ScramServerFinal =
  | {
    readonly state: "signed-in";
    readonly name: string;
    readonly verifier: Verifier;
    readonly message: string;
  }
  | {
    readonly state: "failed";
    readonly name: string;
    readonly fault: ScramError;
    readonly message: string;
  };

/** State of the server between the client's two messages. */
interface Asked {
  readonly clientFirst: ClientFirst;
  readonly serverFirst: string;
  readonly nonce: string;
  readonly verifier: Verifier;
}

/**
 * The server's side of one sign-in: {@linkcode ScramServer.first}, then {@linkcode ScramServer.final}, once each.
 *
 * @example Both sides of a sign-in
 * ```ts
 * import assert from "node:assert/strict";
 * import { makeVerifier } from "./password.ts";
 * import { ScramClient, ScramServer } from "./scram.ts";
 * const made = await makeVerifier("correct horse", { iterations: 4096 });
 * assert(made.state === "made");
 *
 * const client = new ScramClient({ name: "amy", password: "correct horse" });
 * const server = new ScramServer({ verifierOf: () => made.verifier });
 * const first = await server.first(client.first());
 * assert(first.state === "continue");
 * const final = server.final(await client.final(first.message));
 * assert(final.state === "signed-in");
 * client.verify(final.message);
 * ```
 */
export class ScramServer {
  readonly #verifierOf: ScramServerOptions["verifierOf"];
  readonly #nonce: string;
  #asked: Asked | undefined;

  /** Prepares a sign-in. */
  constructor({ verifierOf, nonce = makeNonce() }: ScramServerOptions) {
    this.#verifierOf = verifierOf;
    this.#nonce = nonce;
  }

  /** Answers the client's first message with salt and rounds. */
  async first(text: string): Promise<ScramServerFirst> {
    try {
      const clientFirst = parseClientFirst(text);
      const { name, authorizationName } = clientFirst;
      if (authorizationName !== undefined && foldName(authorizationName) !== foldName(name)) {
        throw new ScramError("other-error", `Cannot sign "${name}" in as somebody else`);
      }
      const verifier = await this.#verifierOf(name);
      const nonce = clientFirst.nonce + this.#nonce;
      const serverFirst = `r=${nonce},s=${verifier.salt.toBase64()},i=${verifier.iterations}`;
      this.#asked = { clientFirst, serverFirst, nonce, verifier };
      return { state: "continue", name, message: serverFirst };
    } catch (error) {
      return failed(error);
    }
  }

  /** Checks the client's proof, and answers with the server's signature. */
  final(text: string): ScramServerFinal {
    if (this.#asked === undefined) throw new TypeError("Cannot check a proof before first()");
    const { clientFirst, serverFirst, nonce, verifier } = this.#asked;
    const { name } = clientFirst;
    this.#asked = undefined;
    try {
      const { binding, nonce: echoed, proof, withoutProof } = parseClientFinal(text);
      if (binding !== clientFirst.header) {
        throw new ScramError("channel-bindings-dont-match", "The client changed its GS2 header");
      }
      if (echoed !== nonce) throw new ScramError("other-error", "The client changed the nonce");
      const { storedKey, serverKey } = verifier;
      const signed = `${clientFirst.bare},${serverFirst},${withoutProof}`;
      const clientKey = xor(proof, hmacSha256(storedKey, signed));
      if (!timingSafeEqual(sha256Digest(clientKey), storedKey)) {
        throw new ScramError("invalid-proof", `Wrong password or unknown name: "${name}"`);
      }
      const message = `v=${hmacSha256(serverKey, signed).toBase64()}`;
      return { state: "signed-in", name, verifier, message };
    } catch (error) {
      return { ...failed(error), name };
    }
  }
}

/** Options for {@linkcode ScramClient}. */
export interface ScramClientOptions extends ScramOptions {
  /** The account's name. */
  readonly name: string;
  /** As the user typed it. */
  readonly password: string;
}

/**
 * The client's side of one sign-in: {@linkcode ScramClient.first}, {@linkcode ScramClient.final}, then
 * {@linkcode ScramClient.verify}, once each. The server is authenticated only after `verify()`.
 */
export class ScramClient {
  readonly #bare: string;
  readonly #nonce: string;
  readonly #password: string;
  #serverSignature: Uint8Array | undefined;

  /**
   * Prepares a sign-in.
   *
   * @throws {ScramError} "other-error" when the password is invalid.
   */
  constructor({ name, password, nonce = makeNonce() }: ScramClientOptions) {
    const prepared = preparePassword(password);
    if (prepared.state === "refused") throw new ScramError("other-error", prepared.reason);
    this.#password = prepared.password;
    this.#nonce = nonce;
    this.#bare = `n=${escapeSaslName(name)},r=${nonce}`;
  }

  /** The first message. */
  first(): string {
    return `n,,${this.#bare}`;
  }

  /**
   * The client's proof. Computes the PBKDF2 rounds off the main thread.
   *
   * @throws {ScramError} When the answer is malformed, does not continue the client's nonce, or asks for fewer rounds than
   * {@linkcode MIN_ITERATIONS} or more than {@linkcode MAX_ITERATIONS}.
   */
  async final(serverFirst: string): Promise<string> {
    const { nonce, salt, iterations } = parseServerFirst(serverFirst);
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw new ScramError("other-error", "The server's nonce does not continue ours");
    }
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new ScramError(
        "other-error",
        `The server asks for ${iterations} rounds, not ${MIN_ITERATIONS} to ${MAX_ITERATIONS}`,
      );
    }
    const salted = await saltedPassword(this.#password, { salt, iterations });
    const { clientKey, storedKey, serverKey } = scramKeys(salted);
    const withoutProof = `c=biws,r=${nonce}`;
    const signed = `${this.#bare},${serverFirst},${withoutProof}`;
    this.#serverSignature = hmacSha256(serverKey, signed);
    return `${withoutProof},p=${xor(clientKey, hmacSha256(storedKey, signed)).toBase64()}`;
  }

  /**
   * Checks the server's signature.
   *
   * @throws {ScramError} The server's refusal; or "invalid-proof" when the server does not have the account's keys.
   */
  verify(serverFinal: string): void {
    if (this.#serverSignature === undefined) throw new TypeError("Cannot verify before final()");
    const signature = parseServerFinal(serverFinal);
    if (!timingSafeEqual(signature, this.#serverSignature)) {
      throw new ScramError("invalid-proof", "The server does not know this account");
    }
  }
}

function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString("base64");
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, at) => byte ^ right[at]!);
}

function failed(error: unknown) {
  if (!(error instanceof ScramError)) throw error;
  return { state: "failed", fault: error, message: `e=${error.fault}` } as const;
}
