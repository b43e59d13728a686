import assert from "node:assert/strict";
import { join } from "node:path";
import { IdentityError, type IdentityFault } from "../../../core/identity/identity_error.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { loadPemPair, writePemPair } from "../../../core/identity/pem_pair.ts";
import { tempDir } from "../../helpers/mod.ts";
import { concatenate, KINDS, makeChain, makeSelfSigned, openssl } from "./openssl.ts";
import { fingerprintByDeno, fingerprintByNode } from "./tls_links.ts";

const DAY_MS = 86_400_000;

Deno.test("loadPemPair() reads what openssl makes, and both TLS engines serve it", async (t) => {
  for (const [kind, newkey] of Object.entries(KINDS)) {
    await t.step(kind, async () => {
      await using dir = await tempDir();
      await makeSelfSigned(dir.path, newkey);
      const pair = await loadPemPair(dir.path);
      assert.equal(pair.selfSigned, true);
      assert.equal(pair.expiresSoon, false);
      assert.deepEqual(pair.names, ["localhost"]);
      assert.equal(await fingerprintByDeno(pair), pair.fingerprint);
      assert.equal(await fingerprintByNode(pair), pair.fingerprint);
    });
  }
});

Deno.test("loadPemPair() reads keys in the older forms", async (t) => {
  const older = [
    { form: "PKCS #1", kind: KINDS["RSA 2048"], begins: "-----BEGIN RSA PRIVATE KEY" },
    { form: "SEC 1", kind: KINDS["P-256"], begins: "-----BEGIN EC PRIVATE KEY" },
  ];
  for (const { form, kind, begins } of older) {
    await t.step(form, async () => {
      await using dir = await tempDir();
      await makeSelfSigned(dir.path, kind);
      await openssl(["pkey", "-in", "key.pem", "-traditional", "-out", "old.pem"], dir.path);
      const old = await Deno.readTextFile(join(dir.path, "old.pem"));
      assert(old.startsWith(begins));
      const parameters = await openssl(["ecparam", "-name", "prime256v1"], dir.path);
      await Deno.writeTextFile(join(dir.path, "key.pem"), parameters + old);
      const pair = await loadPemPair(dir.path);
      assert.equal(await fingerprintByDeno(pair), pair.fingerprint);
      assert.equal(await fingerprintByNode(pair), pair.fingerprint);
    });
  }
});

Deno.test("loadPemPair() reads a chain that a CA signed, by openssl's names and by certbot's", async () => {
  await using dir = await tempDir();
  await makeChain(dir.path);
  const pair = await loadPemPair(dir.path);
  assert.equal(pair.selfSigned, false);
  assert.deepEqual(pair.names, ["localhost", "127.0.0.1"]);
  assert.equal(pair.certPem, await concatenate(dir.path, ["leaf", "middle"]));
  assert.equal(await fingerprintByDeno(pair), pair.fingerprint);
  assert.equal(await fingerprintByNode(pair), pair.fingerprint);

  const [leaf = "", middle = ""] = await Promise.all(
    ["leaf.pem", "middle.pem"].map((name) => Deno.readTextFile(join(dir.path, name))),
  );
  await Deno.writeTextFile(join(dir.path, "cert.pem"), leaf.trimEnd() + middle);
  assert.deepEqual(await loadPemPair(dir.path), pair, "joined without a newline");

  await Deno.rename(join(dir.path, "cert.pem"), join(dir.path, "fullchain.pem"));
  await Deno.rename(join(dir.path, "key.pem"), join(dir.path, "privkey.pem"));
  await Deno.rename(join(dir.path, "leaf.pem"), join(dir.path, "cert.pem"));
  assert.deepEqual(await loadPemPair(dir.path), pair);
});

Deno.test("loadPemPair() says when a certificate expires soon", async () => {
  await using dir = await tempDir();
  const now = new Date("2030-01-01T00:00:00Z");
  await writePemPair(dir.path, await makeCertificate({ names: ["localhost"], days: 30, now }));
  const { notBefore, notAfter, expiresSoon } = await loadPemPair(dir.path, { now });
  assert.deepEqual(
    { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), expiresSoon },
    {
      notBefore: "2029-12-31T00:00:00.000Z",
      notAfter: "2030-01-31T00:00:00.000Z",
      expiresSoon: false,
    },
  );
  const later = new Date(now.getTime() + 17 * DAY_MS);
  assert.equal((await loadPemPair(dir.path, { now: later })).expiresSoon, true);
});

interface BadPair {
  readonly fault: IdentityFault;
  readonly says: RegExp;
  /** Spoils a good RSA pair in `dir`. */
  readonly spoil: (dir: string) => Promise<unknown>;
}

const BAD_PAIRS: Readonly<Record<string, BadPair>> = {
  "neither file": {
    fault: "missing",
    says: /^Cannot find key\.pem and cert\.pem in /,
    spoil: (dir) => Promise.all([remove(dir, "key.pem"), remove(dir, "cert.pem")]),
  },
  "no key": {
    fault: "incomplete",
    says: /^Cannot read \S+key\.pem: there is only \S+cert\.pem$/,
    spoil: (dir) => remove(dir, "key.pem"),
  },
  "no certificate": {
    fault: "incomplete",
    says: /^Cannot read \S+cert\.pem: there is only \S+key\.pem$/,
    spoil: (dir) => remove(dir, "cert.pem"),
  },
  "a folder for a key": {
    fault: "unreadable",
    says: /^Cannot read \S+key\.pem: it is a folder, not a file$/,
    spoil: async (dir) => {
      await remove(dir, "key.pem");
      await Deno.mkdir(join(dir, "key.pem"));
    },
  },
  "the key of another certificate": {
    fault: "key-mismatch",
    says: /^Cannot use \S+key\.pem: it is not the key of the certificate in \S+cert\.pem$/,
    spoil: (dir) => openssl(["genrsa", "-out", "key.pem", "2048"], dir),
  },
  "a key of another kind": {
    fault: "key-mismatch",
    says: /key\.pem/,
    spoil: (dir) => openssl(["genpkey", "-algorithm", "ed25519", "-out", "key.pem"], dir),
  },
  "an encrypted key (PKCS #8)": {
    fault: "encrypted",
    says: /^Cannot use \S+key\.pem: the private key is locked with a passphrase/,
    spoil: (dir) => lockKey(dir, ["pkey"]),
  },
  "an encrypted key (PKCS #1)": {
    fault: "encrypted",
    says: /key\.pem/,
    spoil: (dir) => lockKey(dir, ["rsa", "-traditional"]),
  },
  "an empty certificate": {
    fault: "bad-pem",
    says: /^Cannot use \S+cert\.pem: no certificate, nor any PEM block, in it$/,
    spoil: (dir) => Deno.writeTextFile(join(dir, "cert.pem"), ""),
  },
  "a truncated certificate": {
    fault: "bad-pem",
    says: /^Cannot use \S+cert\.pem: block 1 in it is cut short or damaged$/,
    spoil: (dir) => Deno.truncate(join(dir, "cert.pem"), 500),
  },
  "a truncated key": {
    fault: "bad-pem",
    says: /^Cannot use \S+key\.pem: block 1 in it is cut short or damaged$/,
    spoil: (dir) => Deno.truncate(join(dir, "key.pem"), 500),
  },
  "garbage": {
    fault: "bad-pem",
    says: /^Cannot use \S+key\.pem: no private key, nor any PEM block, in it$/,
    spoil: (dir) =>
      Deno.writeFile(join(dir, "key.pem"), crypto.getRandomValues(new Uint8Array(999))),
  },
  "DER": {
    fault: "bad-pem",
    says: /^Cannot use \S+cert\.pem: no certificate/,
    spoil: (dir) =>
      openssl(["x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.pem"], dir),
  },
  "a certificate that is PEM of nothing": {
    fault: "bad-pem",
    says: /^Cannot use \S+cert\.pem: certificate 1 in it is damaged$/,
    spoil: (dir) => Deno.writeTextFile(join(dir, "cert.pem"), pemOf("CERTIFICATE")),
  },
  "a key that is PEM of nothing": {
    fault: "bad-pem",
    says: /^Cannot use \S+key\.pem: the private key in it is damaged$/,
    spoil: (dir) => Deno.writeTextFile(join(dir, "key.pem"), pemOf("PRIVATE KEY")),
  },
  "key and certificate swapped": {
    fault: "bad-pem",
    says: /^Cannot use \S+key\.pem: no private key in it, only: certificate$/,
    spoil: async (dir) => {
      await Deno.rename(join(dir, "key.pem"), join(dir, "old.pem"));
      await Deno.rename(join(dir, "cert.pem"), join(dir, "key.pem"));
      await Deno.rename(join(dir, "old.pem"), join(dir, "cert.pem"));
    },
  },
  "an expired certificate": {
    fault: "expired",
    says: /^Cannot use \S+cert\.pem: it expired on \d{4}-/,
    spoil: async (dir) =>
      await writePemPair(dir, await makeCertificate({ names: ["localhost"], days: -1 }), {
        force: true,
      }),
  },
  "a certificate for later": {
    fault: "not-yet-valid",
    says: /^Cannot use \S+cert\.pem: it is valid from \d{4}-/,
    spoil: async (dir) => {
      const now = new Date(Date.now() + 3 * DAY_MS);
      const pair = await makeCertificate({ names: ["localhost"], days: 9, now });
      await writePemPair(dir, pair, { force: true });
    },
  },
  "a chain in the wrong order": {
    fault: "bad-chain",
    says: /^Cannot use \S+cert\.pem: certificate 2 is the server's own and has to come first$/,
    spoil: async (dir) => {
      await makeChain(dir);
      await writeCert(dir, ["middle", "leaf"]);
    },
  },
  "a certificate in openssl's trusted form": {
    fault: "bad-pem",
    says: /^Cannot use \S+cert\.pem: block 2 in it is a trusted certificate; /,
    spoil: async (dir) => {
      await makeChain(dir);
      const trusted = await openssl(["x509", "-in", "middle.pem", "-trustout"], dir);
      const leaf = await Deno.readTextFile(join(dir, "leaf.pem"));
      await Deno.writeTextFile(join(dir, "cert.pem"), leaf + trusted);
    },
  },
  "a chain with a gap": {
    fault: "bad-chain",
    says: /^Cannot use \S+cert\.pem: certificate 1 is not issued by the one after it$/,
    spoil: async (dir) => {
      await makeChain(dir);
      await writeCert(dir, ["leaf", "root"]);
    },
  },
  "a key of too few bits": {
    fault: "unsupported-key",
    says: /^Cannot use \S+key\.pem: a key of kind rsa 1024; P-256, /,
    spoil: (dir) => makeSelfSigned(dir, ["rsa:1024"]),
  },
  "a key on another curve": {
    fault: "unsupported-key",
    says: /^Cannot use \S+key\.pem: a key of kind ec secp256k1; /,
    spoil: (dir) => makeSelfSigned(dir, ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]),
  },
};

Deno.test("loadPemPair() says what is wrong, and in which file", async (t) => {
  for (const [what, { fault, says, spoil }] of Object.entries(BAD_PAIRS)) {
    await t.step(what, async () => {
      await using dir = await tempDir();
      await makeSelfSigned(dir.path);
      await spoil(dir.path);
      await assert.rejects(loadPemPair(dir.path), (error) => {
        assert(error instanceof IdentityError, String(error));
        assert.equal(error.fault, fault, error.message);
        assert.match(error.message, says);
        assert(!error.message.includes("\n"));
        return true;
      });
    });
  }
});

async function lockKey(dir: string, command: readonly string[]): Promise<void> {
  const locked = ["-aes256", "-passout", "pass:secret", "-in", "key.pem", "-out", "locked.pem"];
  await openssl([...command, ...locked], dir);
  await Deno.rename(join(dir, "locked.pem"), join(dir, "key.pem"));
}

function remove(dir: string, name: string): Promise<void> {
  return Deno.remove(join(dir, name));
}

async function writeCert(dir: string, names: readonly string[]): Promise<void> {
  await Deno.writeTextFile(join(dir, "cert.pem"), await concatenate(dir, names));
}

function pemOf(label: string): string {
  return `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
}
