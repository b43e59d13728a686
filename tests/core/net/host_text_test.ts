import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  formatHostPort,
  isAddress,
  parseHost,
  splitHostPort,
} from "../../../core/net/host_text.ts";

Deno.test("parseHost() reads addresses as people write them", () => {
  const cases: readonly (readonly [text: string, host: string])[] = [
    ["::1", "::1"],
    ["[::1]", "::1"],
    [" [::1] ", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["FE80::1%eth0", "fe80::1%eth0"],
    ["[fe80:0::1%eth0]", "fe80::1%eth0"],
    ["fe80::1%12", "fe80::1%12"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["[::ffff:c000:201]", "192.0.2.1"],
    ["192.0.2.1", "192.0.2.1"],
    ["[192.0.2.1]", "192.0.2.1"],
    ["chat.example.org", "chat.example.org"],
    ["[::1", "[::1"],
    ["", ""],
  ];
  for (const [text, host] of cases) assert.equal(parseHost(text), host, text);
});

Deno.test("splitHostPort() takes a port only where it cannot be part of an address", () => {
  assert.deepEqual(splitHostPort("chat.example.org:9000"), {
    host: "chat.example.org",
    port: "9000",
  });
  assert.deepEqual(splitHostPort("[fe80::1%eth0]:9000"), { host: "fe80::1%eth0", port: "9000" });
  for (
    const text of ["::1", "fe80::1%eth0", "[::1]", "chat.example.org", "a:b", ":9000", "[::1]9000"]
  ) {
    assert.equal(splitHostPort(text), undefined, text);
  }
});

Deno.test("splitHostPort() reads what formatHostPort() writes, and parseHost() changes nothing twice", () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(fc.property(host, fc.integer({ min: 1, max: 65_535 }), (text, port) => {
    const parsed = parseHost(text);
    assert.equal(parseHost(parsed), parsed);
    assert.deepEqual(splitHostPort(formatHostPort(parsed, port)), {
      host: parsed,
      port: String(port),
    });
  }));
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => assert(isAddress(text))));
});
