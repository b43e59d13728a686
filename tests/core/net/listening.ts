/** What happens to a listener's sockets, for tests of listeners. @module */
import assert from "node:assert/strict";
import tls from "node:tls";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import type {
  Admission,
  Connection,
  ConnectionEvents,
  ListenOptions,
} from "../../../core/net/connection.ts";
import { Changes } from "../../helpers/changes.ts";
import { within } from "../../helpers/deadline.ts";

/** The listeners' certificate. */
export const pair = await makeCertificate({ names: ["localhost", "127.0.0.1"], days: 1 });
/** Where they listen. */
export const host = "127.0.0.1";

/** Everything that happens to a listener's sockets, in words. */
export class Log implements Partial<ListenOptions> {
  readonly events: string[] = [];
  readonly connections: Connection[] = [];
  readonly cuts: (() => void)[] = [];
  readonly #changes = new Changes();
  refuse = false;
  admit = (address: string, cut: () => void): Admission | undefined => {
    this.#note(`asked ${address}`);
    this.cuts.push(cut);
    if (this.refuse) return undefined;
    return {
      opened: (connection) => {
        this.connections.push(connection);
        this.#note("opened");
      },
      released: () => this.#note("released"),
    };
  };
  failed = () => this.#note("failed");
  async heard(event: string, times = 1): Promise<void> {
    const isThere = () => this.events.filter((one) => one === event).length >= times;
    await this.#changes.until(isThere, event);
  }
  #note(event: string): void {
    this.events.push(event);
    this.#changes.tell();
  }
}

/** A connection's bytes as text. */
export class Reader implements ConnectionEvents {
  text = "";
  reason: string | undefined;
  readonly changes = new Changes();
  data(bytes: Uint8Array): void {
    this.text += new TextDecoder().decode(bytes);
    this.changes.tell();
  }
  closed(reason: string): void {
    assert.equal(this.reason, undefined, "closed twice");
    this.reason = reason;
    this.changes.tell();
  }
}

/** Connects, and waits for the end of the handshake. */
export async function connectTls(port: number, alpn: string[] = []): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host, port, rejectUnauthorized: false, ALPNProtocols: alpn });
  socket.on("error", () => {});
  await within(
    new Promise((resolve) => socket.once("secureConnect", resolve)),
    30_000,
    () => "no TLS",
  );
  return socket;
}
