/** What `chat serve` prints when it has started. @module */
import { LOCAL_NAMES } from "../../core/identity/make_certificate.ts";
import type { ServerCertificate } from "../../core/identity/pem_pair.ts";
import type { ChatServer } from "../../core/server/server.ts";
import type { ServeOptions } from "./flags.ts";

/** The port, the fingerprint, how to connect, and unusual settings. */
export function startLines(
  { port, plainPort }: Pick<ChatServer, "port" | "plainPort">,
  certificate: ServerCertificate | undefined,
  { host = "::", limits, guests, plain, plainHost = "localhost" }: Pick<
    ServeOptions,
    "host" | "limits" | "guests" | "plain" | "plainHost"
  >,
): string[] {
  const lines = [`Chat server started on port ${port || plainPort}.`];
  if (certificate) {
    const { fingerprint, expiresSoon, notAfter } = certificate;
    lines.push(`Certificate SHA-256 fingerprint: ${fingerprint}`);
    if (expiresSoon) {
      lines.push(`The certificate expires on ${notAfter.toISOString().slice(0, 10)}.`);
    }
    lines.push(`Connect with: chat connect ${reachableName(host, certificate)} ${port}`);
  }
  if (plain !== undefined) {
    lines.push(`Port ${plainPort} on ${plainHost} is not encrypted: nc ${plainHost} ${plainPort}`);
  }
  if (guests) lines.push("Guests may join and speak without an account.");
  if (limits === "off") lines.push("Limits are off: use this for load tests only.");
  return lines;
}

/** A name or address by which clients reach a server on `host`; a name without a dot, as in `CN=chat`, is skipped. */
function reachableName(host: string, { names }: ServerCertificate): string {
  if (isLoopback(host)) return "localhost";
  const name = names.find((name) => !LOCAL_NAMES.includes(name) && /[.:]/.test(name));
  if (name !== undefined) return name;
  return ["0.0.0.0", "::"].includes(host) ? "localhost" : host;
}

function isLoopback(host: string): boolean {
  return LOCAL_NAMES.includes(host) || host.startsWith("127.");
}
