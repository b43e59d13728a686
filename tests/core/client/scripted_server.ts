/** A server on TLS that says what a test tells it to, line by line. @module */
import { X509Certificate } from "node:crypto";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { within } from "../../helpers/deadline.ts";

const WAIT_MS = 30_000;

/** Capabilities of a server that can do everything. */
export const ALL_CAPABILITIES =
  "sasl=PLAIN,SCRAM-SHA-256 draft/account-registration message-tags server-time " +
  "echo-message labeled-response batch account-tag account-notify extended-join away-notify multi-prefix " +
  "setname draft/chathistory draft/multiline=max-bytes=4096,max-lines=24 standard-replies cap-notify";

/** A listening server. */
export class ScriptedServer implements AsyncDisposable {
  readonly #listener: Deno.TlsListener;
  readonly #lines = new Set<ScriptedLine>();

  private constructor(listener: Deno.TlsListener, readonly fingerprint: string) {
    this.#listener = listener;
  }

  static async start(port = 0): Promise<ScriptedServer> {
    const pair = await makeCertificate({ names: ["localhost", "127.0.0.1"], days: 2 });
    const listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port,
      cert: pair.certPem,
      key: pair.keyPem,
    });
    return new ScriptedServer(listener, new X509Certificate(pair.certPem).fingerprint256);
  }

  get address() {
    return { host: "127.0.0.1", port: this.#listener.addr.port };
  }

  /** The next client, TLS handshake done. */
  async accept(): Promise<ScriptedLine> {
    const conn = await within(this.#listener.accept(), WAIT_MS, () => "No client has come");
    const line = new ScriptedLine(conn);
    this.#lines.add(line);
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const line of this.#lines) await line.hangUp();
  }
}

/** One client's connection. */
export class ScriptedLine {
  /** All that the client has sent. */
  readonly received: string[] = [];
  /** Whether it does not answer PINGs. */
  isDeaf = false;
  readonly #conn: Deno.TlsConn;
  readonly #unread: string[] = [];
  readonly #reading: Promise<void>;
  #wake = Promise.withResolvers<void>();
  #ended = false;

  constructor(conn: Deno.TlsConn) {
    this.#conn = conn;
    this.#reading = this.#read();
  }

  /** Sends lines. */
  async send(...lines: readonly string[]): Promise<void> {
    let bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Waits for the next line that fits; others before it are skipped. */
  async expect(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (let line; (line = this.#unread.shift()) !== undefined;) {
        const found = pattern.exec(line);
        if (found) return found;
      }
      if (this.#ended) throw new Error(`Hung up before ${pattern}\n${this.received.join("\n")}`);
      const explain = () => `The client did not send ${pattern}\n${this.received.join("\n")}`;
      await within(this.#wake.promise, WAIT_MS, explain);
    }
  }

  /** Greets the client with these capabilities, as a guest, or as `account` when it signs in by PLAIN. */
  async welcome(capabilities: string, more: readonly string[] = []): Promise<void> {
    await this.expect(/^CAP LS 302$/);
    await this.send(`:srv CAP * LS :${capabilities}`);
    if (capabilities !== "") {
      const [, request = ""] = await this.expect(/^CAP REQ :(.*)$/);
      await this.send(`:srv CAP * ACK :${request}`);
    }
    await this.expect(/^CAP END$/);
    await this.send(":srv 001 guest0000 :Welcome", ":srv 422 guest0000 :No MOTD", ...more);
  }

  /** Greets a client that has had to choose its nickname twice. */
  async welcomeAfterNick(): Promise<void> {
    await this.send(":srv CAP * LS :");
    await this.expect(/^CAP END$/);
    await this.send(":srv 001 guest0001 :Welcome", ":srv 422 guest0001 :No MOTD");
  }

  /** Takes a PLAIN sign-in in the middle of a connection, then brings the client into #lobby. */
  async signIn(account: string): Promise<void> {
    await this.expect(/^AUTHENTICATE PLAIN$/);
    await this.send("AUTHENTICATE +");
    await this.expect(/^AUTHENTICATE (.+)$/);
    await this.send(
      `:guest0000!g@chat NICK ${account}`,
      `:srv 900 ${account} ${account}!a@chat ${account} :You are now logged in`,
      `:srv 903 ${account} :SASL authentication successful`,
      `:${account}!a@chat JOIN #lobby ${account} :${account}`,
    );
  }

  /** Answers a CHATHISTORY with `lines`; gives what was asked. */
  async answerHistory(lines: readonly string[] = []): Promise<string> {
    const [, label, question = ""] = await this.expect(/^@label=(\S+) CHATHISTORY (.+)$/);
    await this.send(
      `@label=${label} :srv BATCH +h${label} chathistory #lobby`,
      ...lines.map((line) => line.replace(/^@?/, (at) => `@batch=h${label}${at ? ";" : " "}`)),
      `:srv BATCH -h${label}`,
    );
    return question;
  }

  /** Cuts the connection. */
  async hangUp(): Promise<void> {
    try {
      this.#conn.close();
    } catch {
      // the client was faster
    }
    await this.#reading;
  }

  /** Waits until the client has hung up. */
  async ended(): Promise<void> {
    await within(this.#reading, WAIT_MS, () => "The client has not hung up");
  }

  async #answerPing(line: string): Promise<void> {
    const [, label, token] = /^(?:@label=(\S+) )?PING (\S+)$/.exec(line) ?? [];
    if (token === undefined || this.isDeaf) return;
    await this.send(`${label === undefined ? "" : `@label=${label} `}:srv PONG srv ${token}`);
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16_384);
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (let count; (count = await this.#conn.read(buffer)) !== null;) {
        const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true }))
          .split("\r\n");
        rest = lines.pop() ?? "";
        this.received.push(...lines);
        this.#unread.push(...lines);
        for (const line of lines) await this.#answerPing(line);
        if (lines.some((line) => line.startsWith("QUIT"))) this.#conn.close();
        this.#wake.resolve();
        this.#wake = Promise.withResolvers();
      }
    } catch {
      // cut off: as good an end as any
    }
    this.#ended = true;
    this.#wake.resolve();
  }
}
