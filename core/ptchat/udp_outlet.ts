/**
 * The output to one UDP address: how much is sent, and in which order. Pure: no socket, no clock.
 *
 * The source address of a datagram can be forged. Until it is confirmed, everything sent there is limited to
 * {@linkcode MAX_AMPLIFICATION} times the bytes received from it (as in RFC 9000, section 8.1); the rest is held back.
 * A confirmed address gets everything, at a limited rate: UDP has no congestion control (RFC 8085, section 3.1).
 *
 * @module
 */
import { concatBytes } from "../ground/bytes.ts";
import { TokenBucket, type TokenBucketOptions } from "../net/token_bucket.ts";
import { countThatFit, encodeLines, MAX_DATAGRAM_BYTES, packLines } from "./datagrams.ts";
import { formatNotice } from "./format.ts";

/** Bytes that may be sent to an unconfirmed address for each byte received. */
export const MAX_AMPLIFICATION = 3;
/** Bytes of each {@linkcode Urgency} that are held back for an unconfirmed address. */
export const MAX_HELD_BYTES = 12 * 1024;
/** Bytes queued for a confirmed address: more than the longest history. */
export const MAX_PACED_BYTES = 256 * 1024;

/** How an address was confirmed. */
export type Confirmation = "code" | "password";

/**
 * Rates for a confirmed address. After the code, a burst as large as the usual receive buffer of a socket. A password
 * proves the account, not the address: the rate must be useless for attacks on a forged address.
 */
const PACES: { readonly [by in Confirmation]: TokenBucketOptions } = {
  code: { burst: 64 * 1024, perSecond: 64 * 1024 },
  password: { burst: 16 * 1024, perSecond: 8 * 1024 },
};
/** Memory of a queued line besides its bytes. */
const LINE_OVERHEAD_BYTES = 64;

/**
 * Priority of a text for an unconfirmed address: a `reply` to its own command is sent first, then messages in the
 * `room`; `later` waits until the address is confirmed.
 */
export type Urgency = "reply" | "room" | "later";

/** Result of {@linkcode UdpOutlet.take}. */
export interface UdpDeparture {
  /** The payloads, in order. */
  readonly datagrams: readonly Uint8Array[];
  /** Whether a prompt is among them. */
  readonly prompted: boolean;
  /** Time until more may be sent; `undefined`: not before the next datagram from there, or the next text. */
  readonly retryMs: number | undefined;
}

interface WaitingLine {
  readonly bytes: Uint8Array;
  readonly urgency: Urgency;
}

const encoder = new TextEncoder();

/**
 * The output queue of one address.
 *
 * @example Three bytes for each byte received, then no limit
 * ```ts
 * import assert from "node:assert/strict";
 * import { UdpOutlet } from "./udp_outlet.ts";
 * const sent = (outlet: UdpOutlet) =>
 *   outlet.take(0).datagrams.map((bytes) => new TextDecoder().decode(bytes));
 * const outlet = new UdpOutlet();
 * outlet.offer("* Welcome.\n", "later");
 * outlet.offer("amy: hello\n", "room");
 * outlet.received(3);
 * assert.deepEqual(sent(outlet), []);
 * outlet.received(3);
 * assert.deepEqual(sent(outlet), ["amy: hello\n"]);
 * outlet.confirm("code");
 * assert.deepEqual(sent(outlet), ["* Welcome.\n"]);
 * ```
 */
export class UdpOutlet {
  #lines: WaitingLine[] = [];
  #waitingBytes: Record<Urgency, number> = { reply: 0, room: 0, later: 0 };
  /** Bytes that may be sent; a rate after the confirmation. */
  #allowance: number | TokenBucket = 0;
  #confirmation: Confirmation | undefined;
  #leftOut = 0;

  /** How the address was confirmed, if it was. */
  get confirmation(): Confirmation | undefined {
    return this.#confirmation;
  }

  /** Memory of the queued lines, in bytes. */
  get waitingBytes(): number {
    const { reply, room, later } = this.#waitingBytes;
    return reply + room + later;
  }

  /** Whether the last due text has to wait for more input from the address; `prompts` as for {@linkcode take}. */
  holdsBack(prompts: readonly string[] = []): boolean {
    if (typeof this.#allowance !== "number") return false;
    const { due, isAll } = this.#due(this.#allowance);
    return !isAll && sizeOf(due) > this.#allowance - reserveFor(prompts);
  }

  /** Counts bytes received from the address. */
  received(bytes: number): void {
    this.#spend(-MAX_AMPLIFICATION * bytes);
  }

  /** The address is confirmed: output held back is sent next, in order. */
  confirm(by: Confirmation): void {
    if (this.#confirmation === "code" || this.#confirmation === by) return;
    this.#confirmation = by;
    this.#allowance = new TokenBucket(PACES[by]);
  }

  /**
   * Queues whole lines. Lines beyond the limit are dropped, and a notice says how many.
   *
   * A reply longer than a datagram is treated as `later`: it would block all following ones.
   */
  offer(text: string, urgency: Urgency): void {
    const lines = encodeLines(text);
    const isLong = urgency === "reply" && lines.length > countThatFit(lines);
    const actual = isLong && !this.#confirmation ? "later" : urgency;
    for (const bytes of lines) {
      if (!this.#queue({ bytes, urgency: actual })) this.#leftOut++;
    }
  }

  /**
   * Takes what may be sent now.
   *
   * @param nowMs Time of a monotonic clock.
   * @param prompts Ways to ask for a confirmation, the most helpful first. If output is held back for lack of
   * one, the first prompt that fits is added; space for the last is reserved.
   */
  take(nowMs: number, prompts: readonly string[] = []): UdpDeparture {
    const allowance = this.#allowance;
    if (typeof allowance === "number") return this.#takeWithin(allowance, prompts);
    const { datagrams, retryMs } = this.#takePaced(allowance, nowMs);
    const isReported = this.#reportLeftOut();
    return { datagrams, prompted: false, retryMs: retryMs ?? (isReported ? 0 : undefined) };
  }

  /** Drops the queue. */
  clear(): void {
    this.#lines = [];
    this.#waitingBytes = { reply: 0, room: 0, later: 0 };
    this.#leftOut = 0;
  }

  /** Takes the first of the closing texts that may be sent now, and drops the queue. */
  takeLast(texts: readonly string[]): Uint8Array | undefined {
    const most = typeof this.#allowance === "number" ? this.#allowance : MAX_DATAGRAM_BYTES;
    const last = texts.map((text) => encoder.encode(text)).find(({ length }) => length <= most);
    this.#spend(last?.length ?? 0);
    this.clear();
    return last;
  }

  #takePaced(
    pace: TokenBucket,
    nowMs: number,
  ): Pick<UdpDeparture, "datagrams" | "retryMs"> {
    const datagrams: Uint8Array[] = [];
    while (this.#lines.length > 0) {
      const lines = this.#lines.slice(0, MAX_DATAGRAM_BYTES).map(({ bytes }) => bytes);
      const count = countThatFit(lines);
      const datagram = concatBytes(lines.slice(0, count));
      const allowed = pace.take(nowMs, datagram.length);
      if (allowed.state === "limited") return { datagrams, retryMs: allowed.retryMs };
      for (const line of this.#lines.splice(0, count)) this.#forget(line);
      datagrams.push(datagram);
    }
    return { datagrams, retryMs: undefined };
  }

  #takeWithin(budget: number, prompts: readonly string[]): UdpDeparture {
    const { due, isAll } = this.#due(budget);
    const going = affordable(due, budget - (isAll ? 0 : reserveFor(prompts)));
    const rest = budget - sizeOf(going);
    const prompt = isAll
      ? undefined
      : prompts.map((text) => encoder.encode(text)).find(({ length }) => length <= rest);
    const taken = new Set(going);
    this.#lines = this.#lines.filter((line) => !taken.has(line));
    for (const line of going) this.#forget(line);
    const datagrams = packLines([...going.map(({ bytes }) => bytes), ...(prompt ? [prompt] : [])]);
    for (const { length } of datagrams) this.#spend(length);
    this.#reportLeftOut();
    return { datagrams, prompted: prompt !== undefined, retryMs: undefined };
  }

  /** The lines that do not wait for a confirmation, and whether these are all lines and fit. */
  #due(budget: number): { readonly due: readonly WaitingLine[]; readonly isAll: boolean } {
    const due = this.#lines.filter(({ urgency }) => urgency !== "later");
    return { due, isAll: due.length === this.#lines.length && sizeOf(due) <= budget };
  }

  #spend(bytes: number): void {
    if (typeof this.#allowance === "number") this.#allowance -= bytes;
  }

  #queue(line: WaitingLine): boolean {
    const bytes = costOf(line);
    const isRoom = this.#confirmation
      ? this.waitingBytes + bytes <= MAX_PACED_BYTES
      : this.#waitingBytes[line.urgency] + bytes <= MAX_HELD_BYTES;
    if (!isRoom) return false;
    this.#lines.push(line);
    this.#waitingBytes[line.urgency] += bytes;
    return true;
  }

  #forget(line: WaitingLine): void {
    this.#waitingBytes[line.urgency] -= costOf(line);
  }

  /** Queues the notice about dropped lines, if there is space again. */
  #reportLeftOut(): boolean {
    if (this.#leftOut === 0) return false;
    const what = this.#leftOut === 1 ? "1 line was" : `${this.#leftOut} lines were`;
    const bytes = encoder.encode(formatNotice(`${what} left out: too much waited.`));
    if (!this.#queue({ bytes, urgency: "room" })) return false;
    this.#leftOut = 0;
    return true;
  }
}

/** Space for the shortest prompt. */
function reserveFor(prompts: readonly string[]): number {
  return encoder.encode(prompts.at(-1) ?? "").length;
}

/** The lines that a budget allows: all due ones in order, or, if these are too many, replies before the rest. */
function affordable(due: readonly WaitingLine[], budget: number): readonly WaitingLine[] {
  if (sizeOf(due) <= budget) return due;
  const inRoom = due.filter(({ urgency }) => urgency === "room");
  const going: WaitingLine[] = [];
  for (const line of [...due.filter(({ urgency }) => urgency === "reply"), ...inRoom]) {
    budget -= line.bytes.length;
    if (budget < 0) break;
    going.push(line);
  }
  return going;
}

function sizeOf(lines: readonly WaitingLine[]): number {
  return lines.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function costOf({ bytes }: WaitingLine): number {
  return bytes.length + LINE_OVERHEAD_BYTES;
}
