import assert from "node:assert/strict";
import { defaultServerName, isServerName } from "../../../cmd/serve/server_name.ts";

Deno.test("isServerName() takes host names with a dot, and nothing that could be a person or an address", () => {
  for (const name of ["chat.example.org", "a.b", "xn--caf-dma.example"]) {
    assert(isServerName(name), name);
  }
  const others = [
    "chat",
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "-a.b",
    "a_b.c",
    "192.0.2.1",
    "a b.c",
    "::1",
    "*.a.b",
  ];
  for (const name of [...others, `${"a".repeat(62)}.b`]) assert(!isServerName(name), name);
});

Deno.test("defaultServerName() is the certificate's first name with a dot, else the machine's", () => {
  const names = ["localhost", "127.0.0.1", "*.example.org", "chat.example.org", "irc.example.org"];
  assert.equal(defaultServerName(names, "box"), "chat.example.org");
  assert.equal(defaultServerName(["localhost", "::1"], "box.example.net"), "box.example.net");
  assert.equal(defaultServerName([], "box"), "box.local");
  assert.equal(defaultServerName([], "amy's box"), "amysbox.local");
  assert.equal(defaultServerName([], "\u00fc"), "chat.local");
});
