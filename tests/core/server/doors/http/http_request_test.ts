import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseHttpRequest } from "../../../../../core/server/doors/http/http_request.ts";

Deno.test("parseRequest() reads method, host and path", () => {
  const cases: readonly (readonly [head: string, method: string, href: string | undefined])[] = [
    ["GET /readyz HTTP/1.1\r\nHost: a:9100", "GET", "http://a:9100/readyz"],
    ["HEAD / HTTP/1.1\nhost:\t a \nX: y", "HEAD", "http://a/"],
    ["GET /metrics?x=1 HTTP/1.0", "GET", "http://localhost/metrics?x=1"],
    ["GET http://b/healthz HTTP/1.1\r\nHost: a", "GET", "http://b/healthz"],
    ["GET / HTTP/1.1\r\nHost: [", "GET", undefined],
    ["GET / HTTP/1.1\r\nHost: a/b", "GET", undefined],
    ["GET / HTTP/1.1\r\nHost: user@a", "GET", undefined],
    ["OPTIONS * HTTP/1.1\r\nHost: a", "OPTIONS", undefined],
  ];
  for (const [head, method, href] of cases) {
    const request = parseHttpRequest(head);
    assert.equal(request?.method, method, head);
    assert.equal(request?.url?.href, href, head);
  }
});

Deno.test("parseRequest() takes nothing else for HTTP/1", () => {
  const heads = [
    "",
    "GET /",
    "GET / HTTP/2.0",
    "get / HTTP/1.1",
    "GET  / HTTP/1.1",
    "\x16\x03\x01",
  ];
  for (const head of heads) assert.equal(parseHttpRequest(head), undefined, head);
});

Deno.test("parseRequest() reads any text without throwing", () => {
  const head = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }).map((host) => `GET /x HTTP/1.1\r\nHost: ${host}`),
    fc.string({ unit: "binary" }).map((target) => `GET ${target} HTTP/1.1\r\nHost: a`),
  );
  fc.assert(fc.property(head, (text) => {
    const request = parseHttpRequest(text);
    assert(request === undefined || /^[A-Z]+$/.test(request.method));
  }));
});
