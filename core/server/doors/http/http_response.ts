/**
 * HTTP responses of text.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Options for {@linkcode httpResponse}. */
export interface HttpResponseOptions {
  /** Whether it answers HEAD: omits the body. */
  readonly isHead?: boolean;
  /** By default plain text in UTF-8. */
  readonly contentType?: string | undefined;
}

/** A complete HTTP/1.1 response (RFC 9112), after which the connection closes. */
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
