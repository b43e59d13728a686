/**
 * The door for browsers that come to the TLS port: one page of text that says what this is.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../net/connection.ts";
import type { Door, DoorClaim } from "./doors/door.ts";
import { claimWord, openingWord } from "./doors/opening_word.ts";

const HELLO = `This is a chat server.

Come in with the program itself:   chat connect HOST PORT
or with any IRC client, by TLS, on this host and port.
`;

/** As much of a request as is looked at. */
const MAX_LINE_BYTES = 1024;

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

const encoder = new TextEncoder();

/** Options for {@linkcode httpResponse}. */
export interface HttpResponseOptions {
  /** Whether HEAD was asked: everything but the text. */
  readonly isHead?: boolean;
  /** Plain text in UTF-8 unless given. */
  readonly contentType?: string | undefined;
}

/** A whole HTTP/1.1 response (RFC 9112) of text, after which the connection closes. */
export function httpResponse(
  status: string,
  text: string,
  { isHead = false, contentType = "text/plain; charset=utf-8" }: HttpResponseOptions = {},
): string {
  return [
    `HTTP/1.1 ${status}`,
    ...(status.startsWith("405") ? ["Allow: GET, HEAD"] : []),
    `Content-Type: ${contentType}`,
    `Content-Length: ${encoder.encode(text).length}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
    "",
    isHead ? "" : text,
  ].join("\r\n");
}

/** The door for browsers. */
export const HTTP_DOOR: Door = {
  name: "http",
  alpn: ["http/1.1"],
  claims(first): DoorClaim {
    const opening = openingWord(first);
    const { word, end } = opening;
    if (end === "") return claimWord(opening, [...HTTP_VERBS, ...RARE_HTTP_VERBS]);
    if (end !== " ") return "no";
    return RARE_HTTP_VERBS.includes(word) ? claimLine(first) : claimWord(opening, HTTP_VERBS);
  },
  claimsLate: (first) => REQUEST_LINE.test(requestLine(first)),
  open: ({ connection, onClosed }) => ({ events: answerOnce(connection, onClosed) }),
  refuse: (reason) => httpResponse("503 Service Unavailable", `${reason}\n`),
};

function claimLine(first: Uint8Array): DoorClaim {
  const line = requestLine(first);
  if (REQUEST_LINE.test(line)) return "yes";
  return line.includes("\n") || line.length === LONGEST_REQUEST_LINE ? "no" : "more";
}

function requestLine(first: Uint8Array): string {
  return String.fromCharCode(...first.subarray(0, LONGEST_REQUEST_LINE));
}

/** Answers one request, whatever it asks for. */
function answerOnce(connection: Connection, onClosed: (reason: string) => void): ConnectionEvents {
  let answered = false;
  let isOver = false;
  return {
    data(bytes) {
      if (answered) return;
      answered = true;
      connection.write(encoder.encode(answerTo(bytes)), () => {});
      connection.end();
    },
    closed(reason) {
      if (!isOver) onClosed(answered ? "answered" : reason);
      isOver = true;
    },
  };
}

function answerTo(bytes: Uint8Array): string {
  const line = String.fromCharCode(...bytes.subarray(0, MAX_LINE_BYTES)).split(/\r?\n/, 1)[0] ?? "";
  const [method = "", , version = "HTTP/1.0"] = line.split(" ");
  if (!/^HTTP\/1\.\d$/.test(version)) {
    return httpResponse("505 HTTP Version Not Supported", "Only HTTP/1.1 is answered.\n");
  }
  const isHead = method === "HEAD";
  if (isHead || method === "GET") return httpResponse("200 OK", HELLO, { isHead });
  return httpResponse("405 Method Not Allowed", "Only GET is answered.\n");
}
