/**
 * Checks a server's certificate from a client's point of view.
 *
 * @module
 */
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { cleanText } from "../../core/ground/text.ts";
import type { Finding } from "./finding.ts";

/** A certificate that expires sooner gets a warning. */
const EXPIRES_SOON_DAYS = 21;
const DAY_MS = 86_400_000;

/** Input of {@linkcode judgeCertificate}. */
export interface CertificateFacts {
  readonly hostname: string;
  readonly certificate: PeerCertificate;
  /** Whether the system's root certificates trust it. */
  readonly authorized: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Checks its names, its issuer and its dates, and reports its fingerprint. */
export function judgeCertificate(seen: CertificateFacts): Finding[] {
  const { certificate } = seen;
  return [
    judgeIssuer(seen),
    judgeDates(certificate, seen.nowMs),
    judgeNames(seen),
    { check: "fingerprint", state: "fine", text: `SHA256 ${certificate.fingerprint256}` },
  ];
}

function judgeIssuer({ certificate, authorized }: CertificateFacts): Finding {
  const check = "certificate";
  const issuer = nameOf(certificate.issuer);
  if (authorized) return { check, state: "fine", text: `trusted, issued by ${issuer}` };
  if (certificate.raw && isSelfIssued(certificate)) {
    const text = "self-signed: clients ask once, then remember its key";
    return { check, state: "fine", text };
  }
  return {
    check,
    state: "doubtful",
    text:
      `issued by ${issuer}, which this machine does not trust (is the chain complete in cert.pem?)`,
  };
}

function judgeDates({ valid_from, valid_to }: PeerCertificate, nowMs: number): Finding {
  const check = "validity";
  const day = (text: string) => new Date(text).toISOString().slice(0, 10);
  if (nowMs < Date.parse(valid_from)) {
    return { check, state: "broken", text: `not valid before ${day(valid_from)}` };
  }
  const days = Math.floor((Date.parse(valid_to) - nowMs) / DAY_MS);
  if (days < 0) return { check, state: "broken", text: `expired on ${day(valid_to)}` };
  const text = `until ${day(valid_to)}, ${days} days`;
  return { check, state: days < EXPIRES_SOON_DAYS ? "doubtful" : "fine", text };
}

function judgeNames({ hostname, certificate, authorized }: CertificateFacts): Finding {
  const check = "names";
  const names = cleanText(certificate.subjectaltname ?? nameOf(certificate.subject));
  if (checkServerIdentity(hostname, certificate) === undefined) {
    return { check, state: "fine", text: names };
  }
  // For a pinned key the name does not matter.
  return {
    check,
    state: authorized ? "broken" : "fine",
    text: `${names}; ${hostname} is not among them`,
  };
}

function isSelfIssued({ issuer, subject }: PeerCertificate): boolean {
  return JSON.stringify(issuer) === JSON.stringify(subject);
}

function nameOf(subject: PeerCertificate["subject"]): string {
  const name = subject.O ?? subject.CN;
  return cleanText(String(name ?? "an unnamed issuer"));
}
