/**
 * Reads one HTTP/1.1 request without a body (RFC 9112).
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Connection } from "../../../net/connection.ts";

/** Longest head of a request; a longer one is answered with 400. */
const MAX_HEAD_BYTES = 16 * 1024;

const log = getLogger(["chat", "server"]);
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** A parsed request. */
export interface HttpRequest {
  readonly method: string;
  /** With the host of the client's `Host` field; `undefined` when that or the path is malformed. */
  readonly url: URL | undefined;
}

/** Parses `head`, the lines before the empty one; `undefined` when it is not HTTP/1. */
export function parseHttpRequest(head: string): HttpRequest | undefined {
  const [line = "", ...fields] = head.split(/\r?\n/);
  const [, method, target = ""] = /^([A-Z]+) (\S+) HTTP\/1\.\d$/.exec(line) ?? [];
  if (method === undefined) return undefined;
  const host = fields.map((field) => /^host:[ \t]*(.*?)[ \t]*$/i.exec(field)?.[1])
    .find((value) => value !== undefined) ?? "localhost";
  const url = target.startsWith("/") ? `http://${host}${target}` : target;
  return { method, url: /[\s/?#@\\]/.test(host) ? undefined : URL.parse(url) ?? undefined };
}

/** Reads a request from a connection, sends the answer, and closes. Only the first request is answered. */
export function readHttpRequest(
  connection: Connection,
  answer: (request: HttpRequest | undefined) => Promise<string>,
): void {
  let head = "";
  let isAnswered = false;
  const reply = async (request: HttpRequest | undefined) => {
    isAnswered = true;
    try {
      connection.write(encoder.encode(await answer(request)), () => {});
      connection.end();
    } catch (error) {
      log.error("an HTTP request failed: {error}", { error });
      connection.destroy();
    }
  };
  connection.open({
    data(bytes) {
      if (isAnswered) return;
      head += decoder.decode(bytes.subarray(0, MAX_HEAD_BYTES));
      const end = /\r?\n\r?\n/.exec(head);
      if (end) reply(parseHttpRequest(head.slice(0, end.index)));
      else if (head.length >= MAX_HEAD_BYTES) reply(undefined);
    },
    ended() {
      if (!isAnswered) connection.end();
    },
    closed() {
      isAnswered = true;
    },
  });
}
