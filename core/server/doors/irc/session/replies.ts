/** Lines from the server to one client: numerics, standard replies, and others. @module */
import { CAP, type CapSet } from "../../../../irc/caps.ts";
import { asMiddle, fitBody, formatMessage } from "../../../../irc/message.ts";
import type { Output } from "./output.ts";

/** Commands specified with standard replies: clients that send them support those, requested or not. */
const ALWAYS_STANDARD: ReadonlySet<string> = new Set(["REGISTER", "CHATHISTORY", "BATCH", "*"]);

/** The client that receives the replies. */
export interface RepliesClient {
  /** The nick; `*` if there is none yet. */
  readonly nick: string;
  readonly view: {
    /** Whether all of these capabilities are enabled. */
    has(caps: CapSet): boolean;
  };
}

/** Formats lines for one client, and sends them. */
export class Replies {
  #server: string;
  #client: RepliesClient;
  #output: Output;

  /** @param server The server's name. */
  constructor(server: string, client: RepliesClient, output: Output) {
    this.#server = server;
    this.#client = client;
    this.#output = output;
  }

  /** Sends one line. The source is the server's name unless given. */
  send(command: string, params: readonly string[], source?: string): void {
    this.line(this.#format(command, params, source));
  }

  /** Sends a numeric reply: see {@linkcode Replies.numericLine}. */
  numeric(numeric: string, ...params: string[]): void {
    this.line(this.numericLine(numeric, ...params));
  }

  /** Formats a numeric reply: the nick precedes `params`, of which all but the last are turned into single words. */
  numericLine(numeric: string, ...params: string[]): string {
    return this.#format(numeric, [this.#client.nick, ...words(params)]);
  }

  /** Sends finished lines, without the last CR LF. */
  line(line: string): void {
    this.#output.line(line);
  }

  /** https://ircv3.net/specs/extensions/standard-replies; a `NOTICE` for clients that did not request them. */
  fail(command: string, code: string, about: readonly string[], text: string): void {
    this.line(this.#standardLine("FAIL", [command, code, ...about], text));
  }

  /** As {@linkcode Replies.fail}, for success. */
  note(command: string, code: string, about: readonly string[], text: string): void {
    this.line(this.noteLine(command, code, about, text));
  }

  /** As {@linkcode Replies.note}, for a `LongAnswer`. */
  noteLine(command: string, code: string, about: readonly string[], text: string): string {
    return this.#standardLine("NOTE", [command, code, ...about], text);
  }

  #standardLine(kind: "FAIL" | "NOTE", about: readonly string[], text: string): string {
    const isStandard = ALWAYS_STANDARD.has(about[0] ?? "") ||
      this.#client.view.has(CAP.STANDARD_REPLIES);
    return isStandard
      ? this.#format(kind, words([...about, text]))
      : this.#format("NOTICE", [this.#client.nick, text]);
  }

  #format(command: string, params: readonly string[], source = this.#server): string {
    return fitBody(formatMessage({ source, command, params }));
  }
}

/** Parameters, all but the last turned into single words. */
function words(params: readonly string[]): string[] {
  return params.map((param, i) => i < params.length - 1 ? asMiddle(param) : param);
}
