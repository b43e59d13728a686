import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatAddress,
  isCandidate,
  toCandidateHost,
} from "../../../../core/peer/links/address.ts";

Deno.test("isCandidate() takes addresses that can be dialed, in their one spelling", () => {
  const is = (host: unknown, port: unknown = 4000) => isCandidate({ host, port });
  for (
    const host of ["192.168.1.7", "127.0.0.1", "::1", "2001:db8::1", "fd00::2", "2001:db8:0:1::1"]
  ) {
    assert.ok(is(host), host);
  }
  const bad = [
    ...["0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "169.254.1.1", "::", "ff02::1"],
    ...[
      "fe80::1",
      "fe80::1%eth0",
      "fd00::2%1",
      "::ffff:192.168.1.7",
      "2001:DB8::1",
      "2001:db8:0::1",
    ],
    ...[
      "localhost",
      "chat.example",
      "10.1",
      "0x7f000001",
      "127.0.0.01",
      "[::1]",
      " ::1",
      "",
      7,
      null,
    ],
  ];
  for (const host of bad) assert.ok(!is(host), String(host));
  for (const port of [0, 22, 1023, 65_536, -1, 4000.5, "4000", NaN]) assert.ok(!is("::1", port));
  assert.ok(is("::1", 1024) && is("::1", 65_535));
});

Deno.test("toCandidateHost() never throws, and what it gives it gives again", () => {
  const hex = fc.stringMatching(/^[0-9a-f:.%]{0,46}$/);
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), hex), (text) => {
    const host = toCandidateHost(text);
    if (host === undefined) return;
    assert.equal(toCandidateHost(host), host);
    assert.ok(isCandidate({ host, port: 4000 }), host);
  }));
});

Deno.test("formatAddress() writes a guest's address as people know it", () => {
  assert.equal(formatAddress({ host: "::ffff:10.0.0.1", port: 5000 }), "10.0.0.1:5000");
  assert.equal(formatAddress({ host: "fe80::1%eth0", port: 5000 }), "[fe80::1%eth0]:5000");
});
