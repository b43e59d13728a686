/**
 * The door for browsers that come to the TLS port: one page of text that says what this is.
 *
 * @module
 */
import type { Connection, ConnectionEvents } from "../net/connection.ts";

const HELLO = `This is a chat server.

Come in with the program itself:   chat connect HOST PORT
or with any IRC client, by TLS, on this host and port.
`;

/** As much of a request as is looked at. */
const MAX_LINE_BYTES = 1024;

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

/** Answers one request, whatever it asks for. @param onClosed Told once, with the reason. */
export function httpDoor(
  connection: Connection,
  onClosed: (reason: string) => void,
): ConnectionEvents {
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
