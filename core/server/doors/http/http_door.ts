/**
 * The door for browsers on the TLS port: a page of text that explains what this server is.
 *
 * @module
 */
import { answerOnce } from "../answer_once.ts";
import type { Door, DoorClaim } from "../door.ts";
import { claimWord, openingWord } from "../opening_word.ts";
import { httpResponse } from "./http_response.ts";

const HELLO = `This is a chat server.

Come in with the program itself:   chat connect HOST PORT
or with any IRC client, by TLS, on this host and port.
`;

/** Bytes of a request that are parsed. */
const MAX_LINE_BYTES = 1024;

const HTTP_VERBS = ["GET", "HEAD", "POST", "OPTIONS"];
/** Verbs that are also common words: HTTP only with a version at the end of the line. */
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
/** The first line of HTTP and of similar protocols (RTSP, SIP). */
const REQUEST_LINE = /^[A-Z]+ \S+ [A-Z]+\/\d\.\d\r?\n/;
/** Longest request line that is recognized; scanners send shorter ones. */
const LONGEST_REQUEST_LINE = 512;

const encoder = new TextEncoder();

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
  open: (arrival) =>
    answerOnce(arrival, (first) => ({
      bytes: encoder.encode(answerTo(first)),
      reason: "answered",
    })),
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
