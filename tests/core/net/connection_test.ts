import assert from "node:assert/strict";
import { normalizeAddress } from "../../../core/net/connection.ts";

Deno.test("normalizeAddress() knows IPv4 in IPv6's clothes, and cuts zones off", () => {
  assert.equal(normalizeAddress("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(normalizeAddress("fe80::1%eth0"), "fe80::1");
  assert.equal(normalizeAddress("2001:db8::1"), "2001:db8::1");
});
