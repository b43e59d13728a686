import assert from "node:assert/strict";
import type { PeerCertificate } from "node:tls";
import { judgeCertificate } from "../../../cmd/doctor/certificate.ts";
import { examinePeer, judgeAddresses } from "../../../cmd/doctor/peer.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

function certificate(given: Partial<PeerCertificate>): PeerCertificate {
  const name = { C: "", ST: "", L: "", O: "", OU: "", CN: "" };
  return {
    ca: false,
    raw: Buffer.alloc(1),
    subject: { ...name, CN: "chat.example.org" },
    issuer: { ...name, O: "An Authority" },
    subjectaltname: "DNS:chat.example.org",
    valid_from: "Dec  1 00:00:00 2025 GMT",
    valid_to: "Mar  1 00:00:00 2026 GMT",
    serialNumber: "01",
    fingerprint: "",
    fingerprint256: "AA",
    fingerprint512: "",
    ...given,
  };
}

function judge(
  given: Partial<PeerCertificate>,
  authorized: boolean,
  hostname = "chat.example.org",
) {
  const findings = judgeCertificate({
    hostname,
    certificate: certificate(given),
    authorized,
    nowMs: NOW,
  });
  return findings.map(({ state }) => state).join(" ");
}

Deno.test("judgeCertificate() tells who is in for a surprise", () => {
  const own = { issuer: certificate({}).subject };
  assert.equal(judge({}, true), "fine fine fine fine");
  assert.equal(judge({}, false), "doubtful fine fine fine");
  assert.equal(judge(own, false), "fine fine fine fine");
  assert.equal(judge({}, true, "other.example.org"), "fine fine broken fine");
  assert.equal(judge(own, false, "other.example.org"), "fine fine fine fine");
  assert.equal(judge({ valid_to: "Jan  9 00:00:00 2026 GMT" }, true), "fine doubtful fine fine");
  assert.equal(judge({ valid_to: "Dec 31 00:00:00 2025 GMT" }, true), "fine broken fine fine");
  assert.equal(judge({ valid_from: "Jan  2 00:00:00 2026 GMT" }, true), "fine broken fine fine");
});

Deno.test("judgeAddresses() tells from where a machine can be reached", () => {
  assert.match(
    judgeAddresses(["127.0.0.1", "8.8.8.8", "10.0.0.2"]).text,
    /^8\.8\.8\.8: .*everywhere/,
  );
  assert.match(judgeAddresses(["10.0.0.2", "fe80::1"]).text, /^10\.0\.0\.2: .*your own network/);
  assert.match(judgeAddresses(["100.64.0.9"]).text, /provider's network/);
  assert.equal(judgeAddresses(["127.0.0.1", "::1"]).state, "doubtful");
});

Deno.test("examinePeer() listens for a moment", async () => {
  const findings = await examinePeer({ interfaces: () => [{ address: "10.0.0.2" }] });
  assert.deepEqual(findings.map(({ check, state }) => [check, state]), [
    ["peers", "fine"],
    ["addresses", "fine"],
  ]);
});
