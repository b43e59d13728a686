/**
 * One client of the relay: its first line, then bytes to and from its partner.
 *
 * @module
 */
import { concatBytes } from "../../../ground/bytes.ts";
import type { Connection, ConnectionEvents } from "../../../net/connection.ts";
import { RENDEZVOUS_MS } from "./meetings.ts";

/** Bytes of the first line: the word, a space, the rendezvous. */
const MAX_LINE_BYTES = 64;
/** Bytes kept for a client that waits for its partner; then reading pauses. */
const MAX_EARLY_BYTES = 16 * 1024;
const LF = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Handlers for the events of a {@linkcode RelayClient}. */
export interface RelayClientEvents {
  /** Its line names this rendezvous; "" if the line is invalid. */
  arrived(client: RelayClient, rendezvous: string): void;
  /** Its connection is closed, with the reason; called once. */
  closed(client: RelayClient, reason: string): void;
}

/** State of a client. */
type ClientState =
  /** `early`: the part of its line received so far. */
  | { readonly at: "arriving"; readonly early: Uint8Array }
  /** Waits for its partner; `early`: bytes received meanwhile. */
  | { readonly at: "waiting"; readonly early: Uint8Array }
  | { readonly at: "paired"; readonly partner: RelayClient; readonly moved: () => void }
  /** The server is closing the connection. */
  | { readonly at: "leaving"; readonly reason: string }
  | { readonly at: "gone" };

/** A client's connection. */
export class RelayClient implements ConnectionEvents {
  readonly #connection: Connection;
  readonly #events: RelayClientEvents;
  #state: ClientState = { at: "arriving", early: new Uint8Array(0) };
  /** The bytes being written to the partner. */
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

  /** Connects two clients: each gets the other's bytes. @param moved Called for each chunk. */
  static join([first, second]: readonly [RelayClient, RelayClient], moved: () => void): void {
    const [fromFirst, fromSecond] = [first.#takeEarly(), second.#takeEarly()];
    first.#state = { at: "paired", partner: second, moved };
    second.#state = { at: "paired", partner: first, moved };
    first.#pair(second, fromSecond);
    second.#pair(first, fromFirst);
  }

  /** Sends the reason as an error, and closes. */
  refuse(reason: string): void {
    this.#connection.write(encoder.encode(`ERROR ${reason}\n`), () => {});
    this.hangUp(reason);
  }

  /** Closes the connection; the first reason counts. */
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

  /** Sends `OK`, then the partner's early bytes. */
  #pair(partner: RelayClient, early: Uint8Array): void {
    const first = concatBytes([encoder.encode("OK\n"), early]);
    this.#connection.write(first, () => partner.#connection.resume());
  }

  /** One write at a time: reading pauses while it is in progress, and all chunks use one buffer. */
  #forward(to: RelayClient, bytes: Uint8Array): void {
    this.#connection.pause();
    if (this.#buffer.length < bytes.length) this.#buffer = new Uint8Array(bytes.length);
    this.#buffer.set(bytes);
    const done = () => this.#connection.resume();
    to.#connection.write(this.#buffer.subarray(0, bytes.length), done);
  }
}
