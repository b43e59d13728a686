/**
 * The code a UDP stranger must send back before the server says more than a few bytes.
 *
 * The source address of a datagram can be forged. So what answers an unconfirmed address is never longer than
 * {@linkcode MAX_AMPLIFICATION} times the datagram it answers, and asks for a code that only somebody who
 * receives there can know (compare RFC 9000, section 8). Nothing is stored for a stranger: the code is
 * computed from the address, the time and a secret.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/** How many times longer than the datagram it answers a reply to a stranger may be. */
export const MAX_AMPLIFICATION = 3;
/** How long one code is given out, in milliseconds; it is taken for once as long again. */
export const CODE_LIFE_MS = 5 * 60_000;

// 31 characters nobody mistakes for one another; six of them are 8.9e8 codes.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const CODE_LENGTH = 6;
/** Below a byte's last incomplete run of 31, so that every character is equally likely. */
const UNBIASED_BELOW = 248;

/** Gives and checks the codes of one server. */
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

  /** Whether `text` is the code of `address` now, or was until it was last changed. Case and spaces don't matter. */
  isCode(address: string, text: string, nowMs: number): boolean {
    const given = text.trim().toLowerCase();
    if (given.length !== CODE_LENGTH) return false;
    const window = Math.floor(nowMs / CODE_LIFE_MS);
    return given === this.#code(address, window) || given === this.#code(address, window - 1);
  }

  /**
   * The answer to a stranger's datagram of `receivedBytes` bytes: the most helpful one that is not too long.
   *
   * @returns `undefined` when there is none short enough: then nothing is sent.
   */
  answer(address: string, receivedBytes: number, nowMs: number): string | undefined {
    const code = this.codeFor(address, nowMs);
    const limit = receivedBytes * MAX_AMPLIFICATION;
    return [
      `* Welcome. To show that you can read this, send: ${code}\n`,
      `* To enter, send: ${code}\n`,
      `* Send: ${code}\n`,
      `${code}?\n`,
    ].find((text) => text.length <= limit);
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
