/** A real `chat serve` with folders of its own. @module */
import { join } from "node:path";
import type { ChatOptions, RunningChat } from "./chat.ts";
import { startChat } from "./chat.ts";
import { freePort } from "./free_port.ts";
import { tempDir } from "./temp_dir.ts";

/** Options for {@linkcode startServer}. */
export interface ServerOptions extends ChatOptions {
  /** Added to the command line. */
  readonly flags?: readonly string[];
  /** A free port by default. */
  readonly port?: number;
  /** Data folder, to outlive a server; one of its own by default. */
  readonly data?: string;
  /** Certificate folder, to outlive a server; one of its own by default. */
  readonly certs?: string;
  /** The address to listen on; loopback by default. */
  readonly host?: string;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly hostname: "127.0.0.1";
  readonly port: number;
  /** SHA-256 of the certificate, as the server printed it. */
  readonly fingerprint: string;
  readonly data: string;
  readonly certs: string;
  /** The process itself. */
  readonly chat: RunningChat;
}

/** Starts a server on a free port and waits until it listens. */
export async function startServer(
  { flags = [], port = freePort(), data, certs, host = "127.0.0.1", ...options }: ServerOptions =
    {},
): Promise<RunningServer> {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await tempDir());
  const folders = {
    data: data ?? join(folder.path, "data"),
    certs: certs ?? join(folder.path, "certs"),
  };
  const args = ["--host", host, "--data", folders.data, "--certs", folders.certs];
  const chat = undo.use(await startChat(["serve", String(port), ...args, ...flags], options));
  await chat.line(new RegExp(`^Chat server started on port ${port}\\.$`));
  const [fingerprint] = await chat.line(/\b[0-9A-F]{2}(:[0-9A-F]{2}){31}\b/i);
  const owned = undo.move();
  return {
    hostname: "127.0.0.1",
    port,
    fingerprint,
    ...folders,
    chat,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
