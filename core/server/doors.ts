/**
 * Which door a connection wants, told from its first bytes.
 *
 * @module
 */
import { concatBytes } from "../bytes.ts";
import { RELAY_ALPN } from "../net/alpn.ts";
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import { foreignProtocol } from "./foreign.ts";

/** The doors of one port; behind "foreign" there is only the way out. */
export type DoorName = "irc" | "http" | "relay" | "ptchat" | "foreign";

/** What is agreed on by ALPN when a client asks; browsers and some IRC clients do. */
export const ALPN_PROTOCOLS: readonly string[] = [RELAY_ALPN, "irc", "http/1.1"];

const IRC_VERBS = ["CAP", "NICK", "USER", "PASS", "PING", "AUTHENTICATE", "QUIT"];
const HTTP_VERBS = ["GET", "HEAD", "POST", "OPTIONS"];
/** Words that people say as well: HTTP only with a version at the end of their line. */
const RARE_HTTP_VERBS = [
  "PUT",
  "PATCH",
  "DELETE",
  "CONNECT",
  "TRACE",
  "PRI",
  "DESCRIBE",
  "PROPFIND",
];
/** The first line of HTTP, and of what descends from it (RTSP, SIP). */
const REQUEST_LINE = /^[A-Z]+ \S+ [A-Z]+\/\d\.\d\r?\n/;
/** No request line of a program that only looks around is longer. */
const LONGEST_REQUEST_LINE = 512;
const FOREIGN_WORDS = ["PROXY", "SSH-2.0", "EHLO", "HELO", "LHLO"];
const VERBS = [...IRC_VERBS, ...HTTP_VERBS, ...RARE_HTTP_VERBS, ...FOREIGN_WORDS];
/** No verb is longer: with more bytes and no space, it is not one. */
const LONGEST_VERB = 12;

/**
 * Chooses by the first bytes.
 *
 * @returns `undefined` while more bytes are needed to tell.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chooseDoor } from "./doors.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * assert.equal(chooseDoor(bytes("CAP LS 302\r\n"), undefined), "irc");
 * assert.equal(chooseDoor(bytes("GET / HTTP/1.1\r\n"), undefined), "http");
 * assert.equal(chooseDoor(bytes("hello all\n"), undefined), "ptchat");
 * assert.equal(chooseDoor(bytes("NIC"), undefined), undefined);
 * ```
 */
export function chooseDoor(bytes: Uint8Array, alpn: string | undefined): DoorName | undefined {
  if (alpn === RELAY_ALPN) return "relay";
  const foreign = foreignProtocol(bytes);
  if (foreign !== undefined) return foreign === "maybe" ? undefined : "foreign";
  const text = String.fromCharCode(...bytes.subarray(0, LONGEST_VERB + 1));
  const end = text.search(/[ \r\n]/);
  const word = (end < 0 ? text : text.slice(0, end)).toUpperCase();
  if (end < 0) {
    const undecided = word.length <= LONGEST_VERB && VERBS.some((verb) => verb.startsWith(word));
    return undecided ? undefined : word.startsWith("@") || word.startsWith(":") ? "irc" : "ptchat";
  }
  if (HTTP_VERBS.includes(word) && text[end] === " ") return "http";
  if (RARE_HTTP_VERBS.includes(text.slice(0, end)) && text[end] === " ") return rareVerb(bytes);
  return IRC_VERBS.includes(word) || word.startsWith("@") ? "irc" : "ptchat";
}

function rareVerb(bytes: Uint8Array): DoorName | undefined {
  const line = String.fromCharCode(...bytes.subarray(0, LONGEST_REQUEST_LINE));
  if (REQUEST_LINE.test(line)) return "http";
  return line.includes("\n") || line.length === LONGEST_REQUEST_LINE ? "ptchat" : undefined;
}

/** Where a door's bytes go. */
export interface DoorEvents extends ConnectionEvents {
  /** It was the wrong door, found out by the first bytes: forget the caller, the connection goes on elsewhere. */
  dismiss?(): void;
}

/** What {@linkcode detectDoor} needs. */
export interface DetectDoorOptions {
  /** Silence after which the caller is taken for a person at a line-based tool. */
  readonly silenceMs: number;
  /** Gives what the connection's events go to from then on. Called a second time where silence misled. */
  readonly open: (door: DoorName) => DoorEvents;
}

/** Waits for the first bytes of a connection, then opens the door they ask for and hands them over. */
export function detectDoor(connection: Connection, { silenceMs, open }: DetectDoorOptions): void {
  let seen = new Uint8Array(0);
  const enter = (door: DoorName, bytes: Uint8Array) => {
    clearTimeout(timer);
    const events = open(door);
    connection.handOver(events);
    if (bytes.length > 0) events.data(bytes);
    return events;
  };
  const end = (events: ConnectionEvents) => events.ended ? events.ended() : connection.end();
  const timer = setTimeout(() => {
    const guessed = open("ptchat");
    connection.handOver({
      data(bytes) {
        const all = concatBytes([seen, bytes]);
        const door = guessed.dismiss && lateDoor(all);
        if (door === undefined) {
          connection.handOver(guessed);
          guessed.data(all);
          return;
        }
        guessed.dismiss?.();
        enter(door, all);
      },
      ended: () => end(guessed),
      closed: (reason) => guessed.closed(reason),
    });
  }, silenceMs);
  connection.open({
    data(bytes) {
      seen = concatBytes([seen, bytes]);
      const door = chooseDoor(seen, connection.alpn);
      if (door !== undefined) enter(door, seen);
    },
    ended: () => seen.length > 0 ? end(enter("ptchat", seen)) : connection.end(),
    closed: () => clearTimeout(timer),
  });
  if (connection.alpn === RELAY_ALPN) enter("relay", seen);
}

/**
 * The door of bytes that came late, where they are a program's: it sat behind a slow line, or waited for its user to
 * confirm a certificate. Nobody types these words in capitals to begin with.
 */
function lateDoor(bytes: Uint8Array): DoorName | undefined {
  const line = String.fromCharCode(...bytes.subarray(0, LONGEST_REQUEST_LINE));
  if (/^(CAP|NICK|USER|PASS) \S/.test(line)) return "irc";
  if (REQUEST_LINE.test(line)) return "http";
  const foreign = foreignProtocol(bytes);
  return foreign === undefined || foreign === "maybe" ? undefined : "foreign";
}
