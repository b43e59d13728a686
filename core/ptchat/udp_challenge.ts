/**
 * The code by which somebody at a UDP address shows to receive there.
 *
 * The source address of a datagram can be forged; what was sent to it can only be known by who receives there. Nothing
 * has to be remembered for it: the code is computed from the address, the time and a secret, so that a flood of
 * strangers cannot push out anybody's code.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/** How long one code is given out, in milliseconds; it is taken for once as long again. */
export const CODE_LIFE_MS = 5 * 60_000;

// 31 characters nobody mistakes for one another; six of them are 8.9e8 codes.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const CODE_LENGTH = 6;
/** Below a byte's last incomplete run of 31, so that every character is equally likely. */
const UNBIASED_BELOW = 248;

/** What {@linkcode UdpChallenge.prompts} depends on. */
export interface PromptOptions {
  /** Whether a name is enough to talk. */
  readonly guests: boolean;
  /** Whether the reader has a name already, or was told how to get one. */
  readonly again: boolean;
}

/**
 * Gives and checks the codes of one server.
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

  /** @param secret 32 random bytes, made anew at each start and known to nobody. */
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
   * Tells whether a text is the code of `address` at `nowMs`, or was until it was last changed. Case, spaces and the word
   * "code" before it don't matter. The code is computed once at most, for however many texts.
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
