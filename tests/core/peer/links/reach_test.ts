import assert from "node:assert/strict";
import fc from "fast-check";
import { isCandidate } from "../../../../core/peer/links/address.ts";
import { dialable, MAX_DIALED, type OwnNetwork } from "../../../../core/peer/links/reach.ts";

const HOME: readonly OwnNetwork[] = [
  { address: "127.0.0.1", cidr: "127.0.0.1/8" },
  { address: "192.168.1.7", cidr: "192.168.1.7/24" },
  { address: "::1", cidr: "::1/128" },
  { address: "fd00:1::7", cidr: "fd00:1::7/64" },
  { address: "fe80::7%eth0", cidr: "fe80::7/64" },
];
const ALONE = HOME.filter(({ address }) => /^(?:127\.|::1$|fe80)/.test(address));

const dialed = (hosts: readonly string[], own = HOME, listenHost?: string) =>
  dialable(hosts.map((host) => ({ host, port: 4_000 })), { interfaces: () => own, listenHost })
    .map(({ host }) => host);

Deno.test("dialable() keeps public addresses, and those of networks that this machine is in", () => {
  const good = ["1.1.1.1", "192.168.1.9", "192.168.77.1", "fd00:2::1", "2606:4700::1"];
  assert.deepEqual(dialed(good), good);
  assert.deepEqual(dialed(["10.0.0.1", "172.16.0.1", "100.64.0.1"]), []);
  const laboratory = ["192.0.2.9", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"];
  assert.deepEqual(dialed(laboratory), laboratory);
  const odd = [{ address: "240.0.0.2", cidr: "240.0.0.2/24" }];
  assert.deepEqual(dialed(["240.0.0.9", "240.0.1.1"], odd), ["240.0.0.9"]);
});

Deno.test("dialable() keeps no loopback, in no form, where other machines could be meant", () => {
  const forms = [
    ...[
      "127.0.0.1",
      "127.9.9.9",
      "::1",
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "::127.0.0.1",
      "::7f00:1",
    ],
    ...["64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:7f00:1::1"],
  ];
  assert.deepEqual(dialed(forms), []);
});

Deno.test("dialable() keeps loopback where every other client is on this machine", () => {
  assert.deepEqual(dialed(["127.0.0.1", "::1"], ALONE), ["127.0.0.1", "::1"]);
  assert.deepEqual(dialed(["127.0.0.1"], HOME, "127.0.0.1"), ["127.0.0.1"]);
  assert.deepEqual(dialed(["127.0.0.1"], HOME, "192.168.1.7"), []);
});

Deno.test("dialable() keeps only single machines, and no cloud's metadata", () => {
  const none = [
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "169.254.169.254",
    "::",
    "ff02::1",
    "fe80::1",
  ];
  const clouds = ["100.100.100.200", "fd00:ec2::254", "168.63.129.16", "240.0.0.1", "192.0.0.192"];
  const inCloud = [...HOME, { address: "100.64.0.7", cidr: "100.64.0.7/10" }];
  assert.deepEqual(dialed([...none, ...clouds], inCloud), []);
});

Deno.test("dialable() keeps each host once and no more than a few, whatever a peer says", () => {
  const ports = Array.from(
    { length: 16 },
    (_, index) => ({ host: "1.1.1.1", port: 4_000 + index }),
  );
  assert.deepEqual(dialable(ports, { interfaces: () => HOME }), [{ host: "1.1.1.1", port: 4_000 }]);
  const hosts = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(fc.property(fc.array(hosts, { maxLength: 40 }), (list) => {
    const kept = dialed(list.filter((host) => isCandidate({ host, port: 4_000 })));
    assert.ok(kept.length <= MAX_DIALED);
    assert.equal(new Set(kept).size, kept.length);
    for (const host of kept) {
      assert.doesNotMatch(host, /^(?:(?:127|0|169\.254|22[4-9]|23\d)\.|::|fe[89ab]|ff)/);
    }
  }));
});
