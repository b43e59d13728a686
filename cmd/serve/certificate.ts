/** The server's certificate: loaded from the folder, or made. @module */
import { EARLIEST_TIME } from "../../core/ground/clock.ts";
import { IdentityError } from "../../core/identity/identity_error.ts";
import { LOCAL_NAMES, makeCertificate } from "../../core/identity/make_certificate.ts";
import { loadPemPair, type ServerCertificate, writePemPair } from "../../core/identity/pem_pair.ts";

/**
 * Loads the pair in `dir`; if there is none, makes one like `chat keygen` does and prints its path.
 *
 * @throws {IdentityError} When the pair cannot be used.
 */
export async function loadOrMakePair(dir: string): Promise<ServerCertificate> {
  try {
    return await loadPemPair(dir);
  } catch (error) {
    if (!(error instanceof IdentityError) || error.fault !== "missing") throw error;
  }
  // The clock may be wrong now; the server must also start once it has been set right.
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
