/**
 * The code that proves that a client receives at its UDP address.
 *
 * The source address of a datagram can be forged; only the owner of the address receives the code sent to it. The server
 * stores no codes: they are computed from the address, the time and a secret, so that a flood of
 * strangers cannot displace any.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/** How long a code is issued, in milliseconds; it is accepted for the same time again. */
export const CODE_LIFE_MS = 5 * 60_000;

// 31 characters that do not look alike; six of them are 8.9e8 codes.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const CODE_LENGTH = 6;
/** The largest multiple of 31 in a byte: larger bytes are skipped, so that every character is equally likely. */
const UNBIASED_BELOW = 248;

/** Options for {@linkcode UdpChallenge.prompts}. */
export interface PromptOptions {
  /** Whether guests are allowed. */
  readonly guests: boolean;
  /** Whether the reader has a name already, or has been told how to get one. */
  readonly again: boolean;
}

/**
 * Issues and checks the codes of one server.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UdpChallenge } from "./udp_challenge.ts";
 * const challenge = new UdpChallenge(new Uint8Array(32));
 * const code = challenge.codeFor("192.0.2.7 5000", 0);
 * assert.ok(challenge.isCode("192.0.2.7 5000", code, 60_000));
 * assert.ok(!challenge.isCode("192.0.2.7 5001", code, 60_000));
 * ```
 */
export class UdpChallenge {
  readonly #secret: Uint8Array;

  /** @param secret 32 random bytes, generated at each start. */
  constructor(secret: Uint8Array) {
    if (secret.length < 32) throw new RangeError(`Cannot make codes from ${secret.length} bytes`);
    this.#secret = secret;
  }

  /** The code that `address` (IP and port as text) has to send at `nowMs`. */
  codeFor(address: string, nowMs: number): string {
    return this.#code(address, Math.floor(nowMs / CODE_LIFE_MS));
  }

  /** Whether `text` is the code of `address` at `nowMs`; see {@linkcode UdpChallenge.checker}. */
  isCode(address: string, text: string, nowMs: number): boolean {
    return this.checker(address, nowMs)(text);
  }

  /**
   * Returns a function that checks whether a text is the current or the previous code of `address` at `nowMs`. Case, spaces
   * and a leading word "code" are ignored. The code is computed at most once, however many texts are checked.
   */
  checker(address: string, nowMs: number): (text: string) => boolean {
    const window = Math.floor(nowMs / CODE_LIFE_MS);
    let codes: readonly string[] | undefined;
    return (text) => {
      const given = text.trim().toLowerCase().replace(/^code\s+/, "");
      if (given.length !== CODE_LENGTH) return false;
      codes ??= [this.#code(address, window), this.#code(address, window - 1)];
      return codes.includes(given);
    };
  }

  /** Ways to ask `address` for its code, the most helpful first and the shortest last. */
  prompts(address: string, nowMs: number, { guests, again }: PromptOptions): readonly string[] {
    const code = this.codeFor(address, nowMs);
    const short = [`* Send: ${code}\n`, `${code}?\n`];
    if (again) return short;
    const name = guests ? "  or a name" : "";
    return [
      `* Welcome. ~:login NAME PASSWORD:  ~:register NAME PASSWORD:${name}; code ${code} lifts limits.\n`,
      `* To be sent more than a little, send: ${code}\n`,
      ...short,
    ];
  }

  #code(address: string, window: number): string {
    for (let attempt = 0;; attempt++) {
      const digest = createHmac("sha256", this.#secret).update(`${window} ${attempt} ${address}`)
        .digest();
      const usable = digest.filter((byte) => byte < UNBIASED_BELOW);
      if (usable.length < CODE_LENGTH) continue;
      return [...usable.subarray(0, CODE_LENGTH)].map((byte) => ALPHABET[byte % 31]).join("");
    }
  }
}
