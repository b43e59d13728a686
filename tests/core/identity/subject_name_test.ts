import assert from "node:assert/strict";
import fc from "fast-check";
import { toSubjectName } from "../../../core/identity/subject_name.ts";

Deno.test("toSubjectName() tells host names and addresses apart", () => {
  const cases: readonly (readonly [string, "dns" | "ip", string])[] = [
    ["localhost", "dns", "localhost"],
    ["Chat.Example.", "dns", "chat.example"],
    ["*.chat.example", "dns", "*.chat.example"],
    ["my_host", "dns", "my_host"],
    ["müller.example", "dns", "xn--mller-kva.example"],
    ["192.168.1.20", "ip", "192.168.1.20"],
    ["2001:DB8:0::1", "ip", "2001:db8::1"],
    ["[::1]", "ip", "::1"],
  ];
  for (const [text, type, value] of cases) assert.deepEqual(toSubjectName(text), { type, value });
});

Deno.test("toSubjectName() refuses what is neither", () => {
  // deno-fmt-ignore
  const cases = ["", ".", "a b", "a..b", "-a", "a-", "host:9000", "https://host", "1.2.3", "1.2.3.4.5",
    "256.1.1.1", "127.1", "fe80::1%eth0", "*", "*.example", "a.*.b", "a\n", "a\0b", "a".repeat(64),
    `${"a.".repeat(127)}bc`];
  for (const text of cases) assert.equal(toSubjectName(text), undefined, JSON.stringify(text));
});

Deno.test("toSubjectName() never throws, and takes its own answer", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.domain(), fc.ipV6()), (text) => {
    const name = toSubjectName(text);
    if (name !== undefined) assert.deepEqual(toSubjectName(name.value), name);
  }));
});
