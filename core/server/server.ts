/**
 * A chat server: its start, its periodic checks, and its stop.
 *
 * @module
 */
import type { TlsKeyPair } from "../net/connection.ts";
import type { ServerContext } from "./acts/context.ts";
import { readStoredState, type StoredState } from "./keep/stored_state.ts";
import type { ServerOptions } from "./server_options.ts";
import { assembleServer, type ServerParts } from "./server_parts.ts";

/** A running server. */
export class ChatServer implements AsyncDisposable {
  #parts: ServerParts;
  #sweep: ReturnType<typeof setInterval>;
  #isStopping = false;

  /** For {@linkcode startServer}. */
  constructor(options: ServerOptions, stored: StoredState) {
    this.#parts = assembleServer(options, stored);
    this.#sweep = setInterval(() => this.#check(), 1_000);
  }

  /** Starts to listen. */
  listen(ports: Pick<ServerOptions, "tls" | "plain">): Promise<void> {
    return this.#parts.ports.open(ports);
  }

  /** The TLS port; 0 if there is none. */
  get port(): number {
    return this.#parts.ports.tlsPort;
  }

  /** The unencrypted port; 0 if there is none. */
  get plainPort(): number {
    return this.#parts.ports.plainPort;
  }

  /** The parts shared by all doors: for commands that inspect a running server. */
  get context(): ServerContext {
    return this.#parts.context;
  }

  /** Why the server does not work fully; `undefined` if it does. */
  get trouble(): string | undefined {
    if (this.#isStopping) return "stopping";
    return this.#parts.ports.trouble ??
      (this.#parts.context.writer.isFailing ? "history cannot be written" : undefined);
  }

  /** Sets the message of the day. */
  setMotd(lines: readonly string[]): void {
    this.#parts.context.motd = lines;
  }

  /** Uses another certificate for new connections. Returns false if the engine does not support that. */
  replaceCertificate(pair: TlsKeyPair): boolean {
    return this.#parts.ports.replaceCertificate(pair);
  }

  /** Notifies all clients, sends what is pending, stores what is buffered, and closes: within `withinMs`. */
  async stop(reason: string, withinMs = 3_000): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#sweep);
    const { context, gate, reception, ports, rooms, retention, resources } = this.#parts;
    const { connections, directory, turn, writer } = context;
    await turn.finish();
    const idle = Promise.withResolvers<void>();
    reception.close();
    gate.onIdle = idle.resolve;
    for (const session of [...directory.sessions]) session.close(reason);
    connections.hangUp(() => true, reason);
    await turn.finish();
    await ports.closeUdp();
    const timer = setTimeout(idle.resolve, withinMs);
    if (context.slots.used > 0) await idle.promise;
    clearTimeout(timer);
    await ports[Symbol.asyncDispose]();
    await retention[Symbol.asyncDispose]();
    await context.disk[Symbol.asyncDispose]();
    await resources.disposeAsync();
    await turn.finish();
    await writer.commit(true);
    await writer.idle();
    rooms.retry();
    await rooms.settled;
    await context.known.settled;
    await context.accounts.settled;
  }

  /** {@linkcode ChatServer.stop} with a default reason. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop("Server is shutting down");
  }

  #check(): void {
    const { context, rooms, retention, relay } = this.#parts;
    const now = context.steadyNow();
    relay.check();
    context.writer.commit();
    rooms.retry();
    retention.check();
    context.disk.check();
    for (const session of [...context.directory.sessions]) session.check(now);
  }
}

/**
 * Starts a server.
 *
 * The caller closes the store after the server has stopped.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 *
 * Needs `--allow-net`.
 */
export async function startServer(options: ServerOptions): Promise<ChatServer> {
  const server = new ChatServer(options, await readStoredState(options.store));
  try {
    await server.listen(options);
    return server;
  } catch (error) {
    await server.stop("Cannot listen");
    throw error;
  }
}
