/** A connection on which nothing happens: fakes override what their tests look at. @module */
import type { Connection, ConnectionEvents } from "../../../core/net/connection.ts";

/** Takes everything, and does nothing with it. */
export class QuietConnection implements Connection {
  readonly address = "192.0.2.1";
  readonly port = 1;
  readonly encrypted = true;
  readonly alpn: string | undefined = undefined;

  open(_events: ConnectionEvents): void {}
  handOver(_events: ConnectionEvents): void {}
  write(_bytes: Uint8Array, _done: () => void): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}
