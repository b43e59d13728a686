/**
 * Registration on a new connection: capabilities, signing in and a nickname, until the server's welcome.
 *
 * @module
 */
import { formatMessage } from "../../irc/message.ts";
import { ClientError } from "../events/errors.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Conversation } from "./conversation.ts";
import { refusalIn } from "./refusal.ts";
import { authenticate, type Credentials, type SaslChannel } from "./sasl.ts";

/** How many nicknames are tried. */
const MAX_NICK_TRIES = 5;
/** Longest list of capabilities in one line, with space for `CAP REQ :`. */
const MAX_REQUEST_LENGTH = 400;

/** Options for {@linkcode register}. */
export interface RegistrationOptions extends Omit<SaslChannel, "mechanisms"> {
  readonly capabilities: Capabilities;
  /** Signs in during the registration; a refusal does not stop it. */
  readonly credentials?: Credentials | undefined;
  /** A random number from 0 to 1. */
  random(): number;
}

/** Result of a registration, and the error of the sign-in, if any. */
export interface Registered {
  readonly signInError?: ClientError;
}

const COMMANDS = new Set(["CAP", "ERROR", "FAIL", "001", "376", "422"]);

/**
 * Registers on a new connection.
 *
 * @throws {ClientError} When the server refuses, hangs up, or does not answer.
 */
export async function register(options: RegistrationOptions): Promise<Registered> {
  const { capabilities, credentials, send } = options;
  using talk = options.converse(({ command }) => COMMANDS.has(command) || /^4\d\d$/.test(command));
  send("CAP LS 302");
  send(`NICK ${guestNick(options.random())}`);
  send("USER chat 0 * :chat");
  let result: Registered = {};
  if (await negotiate(talk, options)) {
    if (credentials) result = await trySignIn(options, credentials);
    send("CAP END");
  }
  await welcome(talk, options);
  return capabilities.has("sasl") || !credentials ? result : {
    signInError: new ClientError({ kind: "no-accounts" }),
  };
}

/** Returns false if the server does not support capabilities: it refuses CAP. */
async function negotiate(talk: Conversation, options: RegistrationOptions): Promise<boolean> {
  let unanswered: number | undefined;
  let tries = 1;
  for (;;) {
    const line = await talk.next();
    if (line.command === "CAP") {
      const news = options.capabilities.accept(line);
      if (news.kind === "offered" && unanswered === undefined) {
        const requests = inLines(news.request);
        for (const request of requests) options.send(`CAP REQ :${request}`);
        unanswered = requests.length;
      } else if (news.kind === "settled" && unanswered !== undefined) unanswered--;
      if (unanswered === 0) return true;
      continue;
    }
    if (line.command === "421") return false;
    if (line.command === "433" && tries++ < MAX_NICK_TRIES) {
      options.send(`NICK ${guestNick(options.random())}`);
      continue;
    }
    refuse(line);
  }
}

async function welcome(talk: Conversation, options: RegistrationOptions): Promise<void> {
  for (let tries = 1;;) {
    const line = await talk.next();
    if (line.command === "376" || line.command === "422") return;
    if (line.command === "433" && tries++ < MAX_NICK_TRIES) {
      options.send(formatMessage({ command: "NICK", params: [guestNick(options.random())] }));
    } else refuse(line);
  }
}

async function trySignIn(options: RegistrationOptions, who: Credentials): Promise<Registered> {
  try {
    const { converse, send, capabilities } = options;
    await authenticate({ converse, send, mechanisms: capabilities.valueOf("sasl") }, who);
    return {};
  } catch (error) {
    if (error instanceof ClientError && error.fault !== "disconnected") {
      return { signInError: error };
    }
    throw error;
  }
}

function refuse(line: Parameters<typeof refusalIn>[0]): void {
  const refusal = refusalIn(line);
  if (refusal) throw refusal;
  if (line.command !== "ERROR") return;
  const [text] = line.params;
  const isFull = /server is full/i.test(text ?? "");
  throw new ClientError({ kind: "registration-refused", isFull, text });
}

function guestNick(random: number): string {
  return `guest${String(Math.floor(random * 10_000)).padStart(4, "0")}`;
}

function inLines(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < MAX_REQUEST_LENGTH) {
      lines[lines.length - 1] = `${last} ${name}`;
    } else lines.push(name);
  }
  return lines;
}
