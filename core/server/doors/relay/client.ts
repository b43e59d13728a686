/**
 * One client at the relay: first its line, then the other one's bytes.
 *
 * @module
 */
import { concatBytes } from "../../../bytes.ts";
import type { Connection, ConnectionEvents } from "../../../net/connection.ts";
import { RENDEZVOUS_MS } from "./meetings.ts";

/** Bytes of the first line: the word, a space, the rendezvous. */
const MAX_LINE_BYTES = 64;
/** Bytes that may be kept for a client whose partner isn't there yet. */
const MAX_EARLY_BYTES = 16 * 1024;
const LF = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What happens to a {@linkcode RelayClient}. */
export interface RelayClientEvents {
  /** It wants to be at this rendezvous; "" where its line is none. */
  arrived(client: RelayClient, rendezvous: string): void;
  /** Its connection is gone, and why; called once. */
  closed(client: RelayClient, reason: string): void;
}

/** How far a client has come. */
type ClientState =
  /** `early`: its line, as far as it has come. */
  | { readonly at: "arriving"; readonly early: Uint8Array }
  /** Its partner is not there yet; `early`: what it said meanwhile. */
  | { readonly at: "waiting"; readonly early: Uint8Array }
  | { readonly at: "paired"; readonly partner: RelayClient; readonly moved: () => void }
  /** We have hung up. */
  | { readonly at: "leaving"; readonly reason: string }
  | { readonly at: "gone" };

/** A client's connection, from its first byte to its end. */
export class RelayClient implements ConnectionEvents {
  readonly #connection: Connection;
  readonly #events: RelayClientEvents;
  #state: ClientState = { at: "arriving", early: new Uint8Array(0) };
  /** What was read last, while it is written to the partner. */
  #buffer = new Uint8Array(0);
  #timer: ReturnType<typeof setTimeout>;

  constructor(connection: Connection, events: RelayClientEvents) {
    this.#connection = connection;
    this.#events = events;
    this.#timer = setTimeout(() => this.refuse("no rendezvous in time"), RENDEZVOUS_MS);
  }

  data(bytes: Uint8Array): void {
    const state = this.#state;
    switch (state.at) {
      case "arriving":
        return this.#readLine(concatBytes([state.early, bytes]));
      case "waiting": {
        const early = concatBytes([state.early, bytes]);
        this.#state = { at: "waiting", early };
        if (early.length > MAX_EARLY_BYTES) this.#connection.pause();
        return;
      }
      case "paired":
        state.moved();
        return this.#forward(state.partner, bytes);
    }
  }

  closed(reason: string): void {
    clearTimeout(this.#timer);
    const state = this.#state;
    if (state.at === "gone") return;
    this.#state = { at: "gone" };
    this.#events.closed(this, state.at === "leaving" ? state.reason : reason);
  }

  /** Two are there: from now on each reads what the other one says. @param moved Called whenever something passes. */
  static join([first, second]: readonly [RelayClient, RelayClient], moved: () => void): void {
    const [fromFirst, fromSecond] = [first.#takeEarly(), second.#takeEarly()];
    first.#state = { at: "paired", partner: second, moved };
    second.#state = { at: "paired", partner: first, moved };
    first.#hear(second, fromSecond);
    second.#hear(first, fromFirst);
  }

  /** Says why it cannot meet anybody, and hangs up. */
  refuse(reason: string): void {
    this.#connection.write(encoder.encode(`ERROR ${reason}\n`), () => {});
    this.hangUp(reason);
  }

  /** Hangs up; the first reason counts. */
  hangUp(reason: string): void {
    if (this.#state.at !== "leaving" && this.#state.at !== "gone") {
      this.#state = { at: "leaving", reason };
    }
    this.#connection.end();
  }

  #readLine(early: Uint8Array): void {
    const end = early.indexOf(LF);
    if (end < 0 && early.length <= MAX_LINE_BYTES) {
      this.#state = { at: "arriving", early };
      return;
    }
    clearTimeout(this.#timer);
    const line = decoder.decode(early.subarray(0, Math.max(0, end))).trimEnd();
    this.#state = { at: "waiting", early: early.slice(end + 1) };
    this.#events.arrived(this, line.startsWith("RELAY ") ? line.slice(6) : "");
  }

  #takeEarly(): Uint8Array {
    return this.#state.at === "waiting" ? this.#state.early : new Uint8Array(0);
  }

  /** Hears `partner`: first the word, then what came early. */
  #hear(partner: RelayClient, early: Uint8Array): void {
    const first = concatBytes([encoder.encode("OK\n"), early]);
    this.#connection.write(first, () => partner.#connection.resume());
  }

  /** One write at a time: the sender waits while the receiver's is under way, and its bytes lie in one buffer for all. */
  #forward(to: RelayClient, bytes: Uint8Array): void {
    this.#connection.pause();
    if (this.#buffer.length < bytes.length) this.#buffer = new Uint8Array(bytes.length);
    this.#buffer.set(bytes);
    const done = () => this.#connection.resume();
    to.#connection.write(this.#buffer.subarray(0, bytes.length), done);
  }
}
