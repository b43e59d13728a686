/**
 * Another client's certificate, read from a note.
 *
 * @module
 */
import { type KeyObject, X509Certificate } from "node:crypto";
import { sha256Digest } from "../../ground/bytes.ts";
import { pinOfKey } from "../../identity/fingerprint.ts";
import { PEER_NAME } from "../../identity/identity.ts";
import { ProtocolError } from "./errors.ts";

/** Longest certificate, in bytes of DER. Ours have about 500. */
export const MAX_CERTIFICATE_BYTES = 1200;

/** A certificate sent by a peer. Its key is not necessarily trusted. */
export interface PeerCertificate {
  /** The certificate, PEM. */
  readonly pem: string;
  /** SHA-256 of the DER, 32 bytes; a hello signs it. */
  readonly sha256: Uint8Array;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo; it is pinned. */
  readonly pin: string;
  /** The public key: P-256. */
  readonly publicKey: KeyObject;
  /** Whether a note contains the same certificate. */
  isSame(base64: string): boolean;
}

/**
 * Reads a certificate: P-256, for {@linkcode PEER_NAME}. Its dates and its signature are checked
 * later, by TLS.
 *
 * @param base64 DER in standard base64, padded.
 * @throws {ProtocolError} `bad-shape`.
 */
export function readPeerCertificate(base64: string): PeerCertificate {
  try {
    const der = Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
    if (der.length > MAX_CERTIFICATE_BYTES) {
      throw new RangeError(`More than ${MAX_CERTIFICATE_BYTES} bytes`);
    }
    const certificate = new X509Certificate(der);
    const { publicKey } = certificate;
    if (publicKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
      throw new TypeError("No P-256 key");
    }
    if (certificate.subjectAltName !== `DNS:${PEER_NAME}`) {
      throw new TypeError("Another name");
    }
    return {
      pem: `-----BEGIN CERTIFICATE-----\n${der.toBase64()}\n-----END CERTIFICATE-----\n`,
      sha256: sha256Digest(der),
      pin: pinOfKey(publicKey),
      publicKey,
      isSame: (other) => other === base64,
    };
  } catch (cause) {
    throw new ProtocolError("bad-shape", "A certificate is not one of a client", { cause });
  }
}
