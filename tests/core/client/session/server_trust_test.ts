import assert from "node:assert/strict";
import { join } from "node:path";
import { type PresentedCertificate, serverTrust } from "../../../../core/client/mod.ts";
import { parseFingerprint } from "../../../../core/identity/fingerprint.ts";
import { KnownServers } from "../../../../core/identity/known_servers.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";

const FIRST = parseFingerprint("ab".repeat(32))!;
const OTHER = parseFingerprint("cd".repeat(32))!;
const address = { host: "chat.example", port: 9000 };
const seen = (fingerprint: string, authorized = false): PresentedCertificate => ({
  address,
  fingerprint,
  authorized,
});

Deno.test("serverTrust()", async (t) => {
  await using dir = await tempDir();
  let files = 0;
  const fresh = () => new KnownServers(join(dir.path, `known_servers_${++files}`));

  await t.step(
    "refuses an unknown server and names its fingerprint, when nobody vouches for it",
    async () => {
      await assert.rejects(async () => await serverTrust({ known: fresh() })(seen(FIRST)), {
        fault: "unknown-server-key",
        message: new RegExp(FIRST),
      });
    },
  );

  await t.step("pins a new server that is accepted by flag, fingerprint or person", async () => {
    for (
      const how of [{ trustNew: true }, { fingerprint: "ab".repeat(32) }, {
        ask: () => Promise.resolve(true),
      }]
    ) {
      const known = fresh();
      await serverTrust({ known, ...how })(seen(FIRST));
      await serverTrust({ known })(seen(FIRST));
    }
  });

  await t.step("takes a no for a no", async () => {
    const known = fresh();
    const trust = serverTrust({ known, ask: () => Promise.resolve(false) });
    await assert.rejects(async () => await trust(seen(FIRST)), { fault: "unknown-server-key" });
    assert.equal((await known.check(address, FIRST)).state, "new");
  });

  await t.step("refuses a changed certificate in every case", async () => {
    for (
      const how of [{}, { trustNew: true }, { fingerprint: OTHER }, {
        ask: () => Promise.resolve(true),
      }]
    ) {
      const known = fresh();
      await known.remember(address, FIRST);
      for (const authorized of [false, true]) {
        const trust = serverTrust({ known, ...how });
        await assert.rejects(async () => await trust(seen(OTHER, authorized)), {
          fault: "changed-server-key",
        });
      }
      assert.equal((await known.check(address, FIRST)).state, "known");
    }
  });

  await t.step("accepts what an authority vouches for, without pinning it", async () => {
    const known = fresh();
    await serverTrust({ known })(seen(FIRST, true));
    await serverTrust({ known })(seen(OTHER, true));
  });

  await t.step("lets a told fingerprint overrule authority and --trust-new", async () => {
    const trust = serverTrust({ known: fresh(), fingerprint: FIRST, trustNew: true });
    await assert.rejects(async () => await trust(seen(OTHER, true)), {
      fault: "changed-server-key",
    });
  });

  await t.step("refuses to look for what is not a fingerprint", () => {
    assert.throws(() => serverTrust({ known: fresh(), fingerprint: "abc" }), TypeError);
  });
});
