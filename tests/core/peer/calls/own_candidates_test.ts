import assert from "node:assert/strict";
import { ownCandidates } from "../../../../core/peer/calls/own_candidates.ts";
import { MAX_DIALED } from "../../../../core/peer/links/reach.ts";

const interfaces = (...addresses: string[]) => () => addresses.map((address) => ({ address }));

Deno.test("ownCandidates() puts what a person added first, each once, and loopback only alone", () => {
  const options = {
    listenHost: "::",
    port: 4000,
    extraHosts: ["203.0.113.9", "fd00::2", "nonsense"],
    interfaces: interfaces("127.0.0.1", "192.168.1.7", "::1", "fd00::2", "fe80::1"),
  };
  const hosts = ["203.0.113.9", "fd00::2", "192.168.1.7"];
  assert.deepEqual(ownCandidates(options), hosts.map((host) => ({ host, port: 4000 })));
  assert.deepEqual(
    ownCandidates({ ...options, listenHost: "0.0.0.0", extraHosts: [] }).map(({ host }) => host),
    ["192.168.1.7"],
  );
  const alone = {
    ...options,
    extraHosts: [],
    interfaces: interfaces("127.0.0.1", "::1", "fe80::1"),
  };
  assert.deepEqual(ownCandidates(alone).map(({ host }) => host), ["127.0.0.1", "::1"]);
  assert.deepEqual(
    ownCandidates({ ...options, listenHost: "192.168.1.7", extraHosts: [] }),
    [{ host: "192.168.1.7", port: 4000 }],
  );
  const many = Array.from({ length: 40 }, (_, index) => `10.0.0.${index + 1}`);
  assert.equal(
    ownCandidates({ ...options, interfaces: interfaces(...many) }).length,
    MAX_DIALED,
  );
});
