/**
 * The TLS connection to a server. Its certificate is checked before anything is sent; then lines go both ways.
 *
 * @module
 */
import { connect as connectTls, type TLSSocket } from "node:tls";
import { formatServer, type ServerAddress } from "../../identity/known_servers.ts";
import { MAX_SERVER_TAG_BYTES } from "../../irc/message.ts";
import { type DialTarget, dialTarget, explainZone } from "../../net/dial_target.ts";
import { isAddress } from "../../net/host_text.ts";
import { LineSplitter } from "../../net/lines.ts";
import { ClientError } from "../events/errors.ts";
import type { DialFailure, LossReason } from "../events/problems.ts";

/** How long a connection and its TLS handshake may take. */
const DIAL_TIMEOUT_MS = 15_000;
/** Longest line accepted from a server, in bytes: all tags, and more than the longest body. */
export const MAX_INCOMING_BYTES: number = MAX_SERVER_TAG_BYTES + 8_192;
/** Most unsent bytes; with more, the server has stopped reading. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** How long a closing connection may take to send what was written. */
const CLOSE_TIMEOUT_MS = 2_000;
const HUNG_UP: LossReason = { kind: "hung-up" };

/** A server's certificate, to be checked. */
export interface PresentedCertificate {
  /** The server, as it was dialed. */
  readonly address: ServerAddress;
  /** SHA-256 of the certificate: upper-case hex, a colon between bytes. */
  readonly fingerprint: string;
  /** Whether it is issued for this host by an authority that this machine trusts. */
  readonly authorized: boolean;
}

/**
 * Checks a server's certificate; returns to accept it.
 *
 * @throws {ClientError} `unknown-server-key` or `changed-server-key`; nothing is sent then.
 */
export type TrustCheck = (seen: PresentedCertificate) => void | Promise<void>;

/** Options for {@linkcode dial}. */
export interface ServerDialOptions {
  /** Checks the certificate before anything is sent. */
  readonly trust: TrustCheck;
  /** Aborts the attempt and closes the socket. */
  readonly signal: AbortSignal;
}

/** Receives events of a {@linkcode ServerConnection}; `closed` is the last. */
export interface ServerConnectionEvents {
  /** A line arrived, without its line end. It may contain any character. */
  line(text: string): void;
  /** The connection is closed. */
  closed(reason: LossReason): void;
}

/** A connection whose server is trusted. */
export interface ServerConnection extends AsyncDisposable {
  /** `host:port`. */
  readonly server: string;
  /** SHA-256 of the certificate that was accepted: upper-case hex, a colon between bytes. */
  readonly fingerprint: string;
  /** Starts to deliver lines; called once. Lines that arrive earlier are kept until then. */
  open(events: ServerConnectionEvents): void;
  /** Sends one line, given without CR LF. Sends nothing once the connection is closed. */
  send(line: string): void;
  /** Closes the connection at once, with this reason for `closed`. */
  destroy(reason: LossReason): void;
}

/**
 * Connects by TLS and has `trust` check the certificate. Needs `--allow-net` for the address.
 *
 * @throws {ClientError} `could-not-connect`, or what `trust` throws.
 */
export async function dial(
  address: ServerAddress,
  { trust, signal }: ServerDialOptions,
): Promise<ServerConnection> {
  signal.throwIfAborted();
  const server = formatServer(address);
  const socket = await shakeHands(address, server, signal);
  try {
    const { fingerprint256 } = socket.getPeerCertificate();
    if (!fingerprint256) {
      throw new ClientError({ kind: "cannot-dial", server, failure: { kind: "no-certificate" } });
    }
    await trust({ address, fingerprint: fingerprint256, authorized: socket.authorized });
    signal.throwIfAborted();
    return new TlsServerConnection(socket, server, fingerprint256);
  } catch (error) {
    await destroyed(socket);
    throw error;
  }
}

async function shakeHands(
  address: ServerAddress,
  server: string,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { host } = address;
  const target = await findTarget(address, server, signal);
  return await new Promise((resolve, reject) => {
    const socket = connectTls({
      ...target,
      ...(isAddress(host) ? {} : { servername: host }),
      // Accepts any certificate; `dial` checks it before anything is sent.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    });
    const giveUp = (error: unknown) => {
      settle();
      socket.on("error", () => {}); // late errors of an abandoned socket
      destroyed(socket).then(() => reject(error));
    };
    const failed = (cause: Error) => giveUp(dialError(server, host, cause));
    const closed = () => failed(new DialStopped("hung-up"));
    const stopped = () => giveUp(signal.reason);
    const timer = setTimeout(() => failed(new DialStopped("no-answer")), DIAL_TIMEOUT_MS);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stopped);
      socket.removeListener("error", failed).removeListener("close", closed);
    };
    signal.addEventListener("abort", stopped, { once: true });
    socket.once("error", failed).once("close", closed).once("secureConnect", () => {
      settle();
      socket.pause();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

async function findTarget(
  address: ServerAddress,
  server: string,
  signal: AbortSignal,
): Promise<DialTarget> {
  const late = AbortSignal.timeout(DIAL_TIMEOUT_MS);
  try {
    return await dialTarget(address, AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    throw dialError(
      server,
      address.host,
      late.aborted || !(error instanceof Error) ? new DialStopped("no-answer") : error,
    );
  }
}

function destroyed(socket: TLSSocket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

function dialError(server: string, host: string, cause: Error): ClientError {
  const code = "code" in cause ? String(cause.code) : "";
  const failure = DIAL_FAILURES[code] ?? otherFailure(host, cause);
  return new ClientError({ kind: "cannot-dial", server, failure }, { cause });
}

function otherFailure(host: string, cause: Error): DialFailure {
  const zone = explainZone(host, cause);
  if (zone !== undefined) return { kind: "other", message: zone };
  if (cause instanceof DialStopped) return { kind: cause.kind };
  return /tls|ssl|handshake|InvalidContentType|corrupt|record/i.test(cause.message)
    ? { kind: "not-tls" }
    : { kind: "other", message: cause.message.toLowerCase() };
}

/** The socket closed, or timed out, before the handshake was complete. */
class DialStopped extends Error {
  constructor(readonly kind: "hung-up" | "no-answer") {
    super(`The handshake ended: ${kind}`);
  }
}

const DIAL_FAILURES: Readonly<Record<string, DialFailure | undefined>> = {
  ECONNREFUSED: { kind: "refused" },
  ECONNRESET: { kind: "hung-up" },
  EPIPE: { kind: "hung-up" },
  ENOTFOUND: { kind: "unknown-host" },
  EAI_AGAIN: { kind: "unknown-host" },
  EHOSTUNREACH: { kind: "host-unreachable" },
  ENETUNREACH: { kind: "network-unreachable" },
  ETIMEDOUT: { kind: "no-answer" },
};

class TlsServerConnection implements ServerConnection {
  readonly server: string;
  readonly fingerprint: string;
  readonly #socket: TLSSocket;
  readonly #closed = Promise.withResolvers<void>();
  #reason: LossReason | undefined;

  constructor(socket: TLSSocket, server: string, fingerprint: string) {
    this.#socket = socket;
    this.server = server;
    this.fingerprint = fingerprint;
    socket.on("error", (error) => this.#reason ??= { kind: "socket", message: error.message });
    socket.on("close", () => this.#closed.resolve());
  }

  open(events: ServerConnectionEvents): void {
    const splitter = new LineSplitter(MAX_INCOMING_BYTES, {
      line: (text) => events.line(text),
      fault: (fault) => this.destroy({ kind: "bad-line", fault }),
    });
    this.#socket.on("data", (bytes: Uint8Array) => splitter.push(bytes));
    this.#socket.on("end", () => this.#reason ??= HUNG_UP);
    this.#closed.promise.then(() => events.closed(this.#reason ?? HUNG_UP));
    this.#socket.resume();
  }

  send(line: string): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(line + "\r\n");
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.destroy({ kind: "not-reading" });
    }
  }

  destroy(reason: LossReason): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.resume(); // unread bytes would delay the end
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await this.#closed.promise;
    clearTimeout(timer);
  }
}
