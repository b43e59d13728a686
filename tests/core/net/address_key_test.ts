import assert from "node:assert/strict";
import fc from "fast-check";
import { addressKey } from "../../../core/net/address_key.ts";

Deno.test("addressKey() has one key for one machine", () => {
  const cases = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["::1", "::/64"],
    ["2001:DB8::1", "2001:db8::/64"],
    ["2001:db8:0:0:ffff:ffff:ffff:ffff", "2001:db8::/64"],
    ["2001:db8:0:1::", "2001:db8:0:1::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["", ""],
    ["/run/chat.sock", "/run/chat.sock"],
    ["example.org", "example.org"],
  ] as const;
  for (const [address, key] of cases) assert.equal(addressKey(address), key, address);
});

Deno.test("addressKey() takes any text without failing", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
    assert.equal(typeof addressKey(text), "string");
  }));
});
