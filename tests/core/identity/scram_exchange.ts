/** The one exchange that everybody can check: that of RFC 7677. @module */
import { ScramClient, ScramServer } from "../../../core/identity/scram.ts";
import { saltedPassword, scramKeys } from "../../../core/identity/scram_keys.ts";
import type { Verifier } from "../../../core/identity/verifier.ts";

/** The exchange of RFC 7677, section 3. */
export const RFC = {
  name: "user",
  password: "pencil",
  clientNonce: "rOprNGfwEbeRWgbNEkqO",
  serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
  iterations: 4096,
  clientFirst: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
  serverFirst:
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  clientFinal:
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

/** What a server stores of a password. */
export async function verifierOf(
  password: string,
  { salt, iterations }: Pick<Verifier, "salt" | "iterations">,
) {
  const { storedKey, serverKey } = scramKeys(await saltedPassword(password, { salt, iterations }));
  return { salt, iterations, storedKey, serverKey };
}

/** What the server of the exchange stores. */
export const rfcVerifier = await verifierOf(RFC.password, {
  salt: Uint8Array.fromBase64(RFC.salt),
  iterations: RFC.iterations,
});

/** The server of the exchange. */
export function rfcServer(): ScramServer {
  return new ScramServer({ verifierOf: () => rfcVerifier, nonce: RFC.serverNonce });
}

/** The client of the exchange. */
export function rfcClient(): ScramClient {
  return new ScramClient({ name: RFC.name, password: RFC.password, nonce: RFC.clientNonce });
}
