/**
 * Metrics and health over HTTP, for those who watch the server: not for the world.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Registry } from "prom-client";
import { metricsOf } from "./metrics.ts";
import type { ChatServer } from "./server.ts";

const log = getLogger(["chat", "metrics"]);

/** Where to listen. */
export interface MetricsPort {
  /** Name or address to listen on. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A running listener. */
export interface MetricsDoor extends AsyncDisposable {
  /** What it is bound to. */
  readonly hostname: string;
  /** The port it is bound to, never 0. */
  readonly port: number;
}

/**
 * Answers `/metrics` (Prometheus), `/healthz` (the process answers) and `/readyz` (the server does its work).
 *
 * Needs `--allow-net`.
 *
 * @throws {Deno.errors.AddrInUse} And its like, when the port cannot be had.
 */
export function serveMetrics(server: ChatServer, { hostname, port }: MetricsPort): MetricsDoor {
  const registry = metricsOf(server.context);
  const http = Deno.serve({
    hostname,
    port,
    onListen: () => {},
    onError: (error) => {
      log.error("a request for metrics failed: {error}", { error });
      return text("Something went wrong on the server\n", 500);
    },
  }, (request) => answer(request, { server, registry }));
  return {
    hostname: http.addr.hostname,
    port: http.addr.port,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}

async function answer(
  { method, url }: Request,
  { server, registry }: { readonly server: ChatServer; readonly registry: Registry },
): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") {
    return text("Only GET is answered\n", 405, { allow: "GET, HEAD" });
  }
  // The host is what the client says it is, and may be anything.
  switch (URL.parse(url)?.pathname) {
    case "/metrics":
      return text(await registry.metrics(), 200, { "content-type": registry.contentType });
    case "/healthz":
      return text("ok\n");
    case "/readyz": {
      const { trouble } = server;
      const warning = server.context.disk.isLow ? "disk space is low\n" : "";
      return text(`${trouble ?? "ok"}\n${warning}`, trouble === undefined ? 200 : 503);
    }
    case undefined:
      return text("Bad host or path\n", 400);
    default:
      return text("There are /metrics, /healthz and /readyz\n", 404);
  }
}

function text(
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...headers } });
}
