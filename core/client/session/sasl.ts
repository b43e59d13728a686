/**
 * Signs in by SASL (https://ircv3.net/specs/extensions/sasl-3.2), before or after registration.
 *
 * @module
 */
import { ScramClient, ScramError } from "../../identity/scram.ts";
import { ClientError } from "../events/errors.ts";
import type { Conversation } from "./conversation.ts";
import type { Incoming } from "./incoming.ts";
import { refusalIn } from "./refusal.ts";

/** Longest piece of one AUTHENTICATE line; a piece of exactly this length is followed by another. */
const CHUNK_LENGTH = 400;
/** Longest challenge accepted from a server, in base64 characters. */
const MAX_CHALLENGE_LENGTH = 8_192;

/** Name and password. Kept in memory only. */
export interface Credentials {
  /** The account's name. */
  readonly account: string;
  /** As typed. */
  readonly password: string;
}

/** The connection used by {@linkcode authenticate}. */
export interface SaslChannel {
  /** The value of the server's `sasl` capability: its mechanisms; `undefined` if it has none. */
  readonly mechanisms: string | undefined;
  /** Opens a conversation with the lines that `belongs` selects. */
  converse(belongs: (line: Incoming) => boolean): Conversation;
  /** Sends one line, without its CR LF. */
  send(line: string): void;
}

const SASL_COMMANDS = new Set([
  "AUTHENTICATE",
  "FAIL",
  "902",
  "903",
  "904",
  "905",
  "906",
  "907",
  "908",
]);

/**
 * Signs in by SCRAM-SHA-256 if the server offers it, else by PLAIN. With SCRAM the server also proves
 * that it has the account's keys.
 *
 * @throws {ClientError} `wrong-password`, `too-many-attempts`, `server-not-verified`, `unsupported`, ...
 */
export async function authenticate(channel: SaslChannel, who: Credentials): Promise<void> {
  if (channel.mechanisms === undefined) {
    throw new ClientError({ kind: "no-accounts" });
  }
  using talk = channel.converse((line) =>
    SASL_COMMANDS.has(line.command) &&
    (line.command !== "FAIL" || ["AUTHENTICATE", "*"].includes(line.params[0] ?? ""))
  );
  const offered = channel.mechanisms === "" ? ["PLAIN"] : channel.mechanisms.split(",");
  if (offered.includes("SCRAM-SHA-256")) await byScram(channel, talk, who);
  else if (offered.includes("PLAIN")) await byPlain(channel, talk, who);
  else throw new ClientError({ kind: "no-common-mechanism", offered });
}

async function byPlain(channel: SaslChannel, talk: Conversation, who: Credentials): Promise<void> {
  channel.send("AUTHENTICATE PLAIN");
  await challenge(talk);
  say(channel, `\0${who.account}\0${who.password}`);
  await success(talk);
}

async function byScram(channel: SaslChannel, talk: Conversation, who: Credentials): Promise<void> {
  const scram = makeScram(who);
  channel.send("AUTHENTICATE SCRAM-SHA-256");
  await challenge(talk);
  say(channel, scram.first());
  try {
    say(channel, await scram.final(await challenge(talk)));
    const final = await challenge(talk);
    if (final.startsWith("e=")) { // SCRAM's refusal; SASL's follows
      await success(talk);
      throw new ClientError({ kind: "wrong-password", detail: undefined });
    }
    scram.verify(final);
  } catch (cause) {
    if (!(cause instanceof ScramError)) throw cause;
    channel.send("AUTHENTICATE *");
    await success(talk).catch(() => {}); // the expected refusal
    throw new ClientError({ kind: "server-not-verified", detail: cause.message }, { cause });
  }
  channel.send("AUTHENTICATE +");
  await success(talk);
}

function makeScram({ account, password }: Credentials): ScramClient {
  try {
    return new ScramClient({ name: account, password });
  } catch (cause) {
    if (!(cause instanceof ScramError)) throw cause;
    throw new ClientError({ kind: "wrong-password", detail: cause.message }, { cause });
  }
}

/** The server's next challenge, joined and decoded. */
async function challenge(talk: Conversation): Promise<string> {
  let text = "";
  for (;;) {
    const line = await talk.next();
    const refusal = refusalIn(line);
    if (refusal) throw refusal;
    if (line.command === "908") continue; // the list of mechanisms; a 904 follows
    if (line.command !== "AUTHENTICATE") throw notInOrder();
    const chunk = line.params[0] ?? "+";
    if (chunk !== "+") text += chunk;
    if (text.length > MAX_CHALLENGE_LENGTH) throw notInOrder();
    if (chunk.length !== CHUNK_LENGTH) return decode(text);
  }
}

async function success(talk: Conversation): Promise<void> {
  for (;;) {
    const line = await talk.next();
    if (line.command === "903") return;
    const refusal = refusalIn(line);
    if (refusal) throw refusal;
  }
}

function say(channel: SaslChannel, text: string): void {
  const encoded = new TextEncoder().encode(text).toBase64();
  for (let at = 0; at <= encoded.length; at += CHUNK_LENGTH) {
    channel.send(`AUTHENTICATE ${encoded.slice(at, at + CHUNK_LENGTH) || "+"}`);
  }
}

function decode(text: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(text));
  } catch (cause) {
    throw new ClientError({ kind: "bad-challenge" }, { cause });
  }
}

function notInOrder(): ClientError {
  return new ClientError({ kind: "out-of-order-sign-in" });
}
