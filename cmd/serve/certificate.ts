/** The server's certificate: the one in the folder, or a new one. @module */
import { EARLIEST_TIME } from "../../core/clock.ts";
import { IdentityError } from "../../core/identity/identity_error.ts";
import { LOCAL_NAMES, makeCertificate } from "../../core/identity/make_certificate.ts";
import { loadPemPair, type ServerCertificate, writePemPair } from "../../core/identity/pem_pair.ts";

/**
 * Loads the pair in `dir`; where there is none, makes one as `chat keygen` would, and says so.
 *
 * @throws {IdentityError} When it cannot be used.
 */
export async function loadOrMakePair(dir: string): Promise<ServerCertificate> {
  try {
    return await loadPemPair(dir);
  } catch (error) {
    if (!(error instanceof IdentityError) || error.fault !== "missing") throw error;
  }
  // The clock may be wrong now, and the server must start all the same when it is right again.
  const pair = await makeCertificate({
    names: LOCAL_NAMES,
    days: 365,
    now: new Date(Math.max(Date.now(), EARLIEST_TIME)),
    validSince: new Date(0),
  });
  const { certPath } = await writePemPair(dir, pair);
  console.log(`No certificate in ${dir}: made a self-signed one, ${certPath}.`);
  return loadPemPair(dir);
}
