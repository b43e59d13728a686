import assert from "node:assert/strict";
import { loadOrMakePair } from "../../../cmd/serve/certificate.ts";
import { loadPemPair } from "../../../core/identity/pem_pair.ts";
import { tempDir } from "../../helpers/mod.ts";

const DAY_MS = 86_400_000;

Deno.test("a certificate that a server makes is good for a year, and good when its clock is set back", async () => {
  await using dir = await tempDir();
  const { fingerprint, notAfter } = await loadOrMakePair(dir.path);
  assert.equal(Math.round((notAfter.getTime() - Date.now()) / DAY_MS), 365);
  for (const now of ["1970-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]) {
    assert.equal((await loadPemPair(dir.path, { now: new Date(now) })).fingerprint, fingerprint);
  }
});
