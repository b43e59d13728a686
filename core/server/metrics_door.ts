/**
 * Metrics and health over HTTP, for those who watch the server: not for the world.
 *
 * @module
 */
import type { ChatServer } from "./server.ts";
import { metricsOf } from "./metrics.ts";

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
  const http = Deno.serve({ hostname, port, onListen: () => {} }, async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("Only GET is answered\n", { status: 405, headers: { allow: "GET" } });
    }
    switch (new URL(request.url).pathname) {
      case "/metrics":
        return new Response(await registry.metrics(), {
          headers: { "content-type": registry.contentType },
        });
      case "/healthz":
        return new Response("ok\n");
      case "/readyz": {
        const { trouble } = server;
        const warning = server.context.disk.isLow ? "disk space is low\n" : "";
        return new Response(`${trouble ?? "ok"}\n${warning}`, {
          status: trouble === undefined ? 200 : 503,
        });
      }
      default:
        return new Response("There are /metrics, /healthz and /readyz\n", { status: 404 });
    }
  });
  return {
    hostname: http.addr.hostname,
    port: http.addr.port,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}
