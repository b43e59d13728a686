/**
 * Metrics and health checks over HTTP, for monitoring: not for the public.
 *
 * @module
 */
import type { Registry } from "prom-client";
import { listenNode } from "../../net/node_listener.ts";
import { type HttpRequest, readHttpRequest } from "../doors/http/http_request.ts";
import { httpResponse } from "../doors/http/http_response.ts";
import { logTrouble } from "../ports.ts";
import type { ChatServer } from "../server.ts";
import { metricsOf } from "./metrics.ts";

/** Open connections, and closed ones whose file descriptor is not free yet. */
const MAX_CONNECTIONS = 4;
const MAX_LEAVING = 2;
/** Timeout of a request, from its first byte to the last of the answer. */
const REQUEST_MS = 10_000;

/** Address and port to listen on. */
export interface MetricsPort {
  /** Name or address to listen on. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A running listener. */
export interface MetricsDoor extends AsyncDisposable {
  /** The address it is bound to. */
  readonly hostname: string;
  /** The port it is bound to, never 0. */
  readonly port: number;
}

/**
 * Serves `/metrics` (Prometheus), `/healthz` (the process is alive) and `/readyz` (the server works).
 *
 * Does not use `Deno.serve`, which stops permanently when the process runs out of file descriptors, and accepts any number
 * of connections.
 *
 * Needs `--allow-net`.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 */
export async function serveMetrics(server: ChatServer, where: MetricsPort): Promise<MetricsDoor> {
  const registry = metricsOf(server.context);
  const open = new Set<() => void>();
  const listener = await listenNode({
    ...where,
    handshakeMs: REQUEST_MS,
    troubled: logTrouble,
    admit(_address, cut) {
      if (open.size >= MAX_CONNECTIONS + MAX_LEAVING) return undefined;
      // A new connection closes the oldest one, which may be idle.
      const [oldest] = open;
      if (open.size >= MAX_CONNECTIONS) oldest?.();
      open.add(cut);
      const timer = setTimeout(cut, REQUEST_MS);
      return {
        opened: (connection) =>
          readHttpRequest(connection, (request) => answer(request, { server, registry })),
        released() {
          clearTimeout(timer);
          open.delete(cut);
        },
      };
    },
  });
  return listener;
}

async function answer(
  request: HttpRequest | undefined,
  { server, registry }: { readonly server: ChatServer; readonly registry: Registry },
): Promise<string> {
  if (!request) return httpResponse("400 Bad Request", "Bad request\n");
  const { method, url } = request;
  const isHead = method === "HEAD";
  if (method !== "GET" && !isHead) {
    return httpResponse("405 Method Not Allowed", "Only GET is answered\n");
  }
  const text = (status: string, body: string, contentType?: string) =>
    httpResponse(status, body, { isHead, contentType });
  switch (url?.pathname) {
    case "/metrics":
      return text("200 OK", await registry.metrics(), registry.contentType);
    case "/healthz":
      return text("200 OK", "ok\n");
    case "/readyz": {
      const { trouble } = server;
      const warning = server.context.disk.isLow ? "disk space is low\n" : "";
      const status = trouble === undefined ? "200 OK" : "503 Service Unavailable";
      return text(status, `${trouble ?? "ok"}\n${warning}`);
    }
    case undefined:
      return text("400 Bad Request", "Bad host or path\n");
    default:
      return text("404 Not Found", "There are /metrics, /healthz and /readyz\n");
  }
}
