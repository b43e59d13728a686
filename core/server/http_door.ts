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

const encoder = new TextEncoder();

/** A whole HTTP/1.1 response (RFC 9112) of plain text, after which the connection closes. */
export function httpResponse(status: string, text: string): string {
  return [
    `HTTP/1.1 ${status}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${encoder.encode(text).length}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
    "",
    text,
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
    data() {
      if (answered) return;
      answered = true;
      connection.write(encoder.encode(httpResponse("200 OK", HELLO)), () => {});
      connection.end();
    },
    closed(reason) {
      if (!isOver) onClosed(answered ? "answered" : reason);
      isOver = true;
    },
  };
}
