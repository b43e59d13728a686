/** What a server says when it has started. @module */
import { LOCAL_NAMES } from "../../core/identity/make_certificate.ts";
import type { ServerCertificate } from "../../core/identity/pem_pair.ts";
import type { ChatServer } from "../../core/server/server.ts";
import type { ServeOptions } from "./flags.ts";

/** The port, the fingerprint, how to come in, and what is unusual. */
export function startLines(
  { port, plainPort }: ChatServer,
  certificate: ServerCertificate | undefined,
  { limits, guests, plain, plainHost }: ServeOptions,
): string[] {
  const lines = [`Chat server started on port ${port || plainPort}.`];
  if (certificate) {
    const { fingerprint, expiresSoon, names, notAfter } = certificate;
    lines.push(`Certificate SHA-256 fingerprint: ${fingerprint}`);
    if (expiresSoon) {
      lines.push(`The certificate expires on ${notAfter.toISOString().slice(0, 10)}.`);
    }
    const host = names.find((name) => !LOCAL_NAMES.includes(name)) ?? "localhost";
    lines.push(`Connect with: chat connect ${host} ${port}`);
  }
  if (plain !== undefined) {
    lines.push(`Port ${plainPort} on ${plainHost} is not encrypted: nc ${plainHost} ${plainPort}`);
  }
  if (guests) lines.push("Guests may join and speak without an account.");
  if (limits === "off") lines.push("Limits are off: use this for load tests only.");
  return lines;
}
