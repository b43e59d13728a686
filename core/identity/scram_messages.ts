/**
 * Parses and formats the four messages of SCRAM (RFC 5802, section 7), strictly by the grammar.
 *
 * @module
 */

/** Longest message; valid ones are far shorter. */
const MAX_SCRAM_CHARACTERS = 1024;

/** Why a sign-in failed: RFC 5802's `server-error-value`. */
export type ScramFault =
  | "invalid-encoding"
  | "extensions-not-supported"
  | "invalid-proof"
  | "channel-bindings-dont-match"
  | "server-does-support-channel-binding"
  | "channel-binding-not-supported"
  | "unsupported-channel-binding-type"
  | "unknown-user"
  | "invalid-username-encoding"
  | "no-resources"
  | "other-error";

/** The other side sent an invalid message or a wrong proof. The sign-in has failed. */
export class ScramError extends Error {
  /** The class's name. */
  override readonly name = "ScramError";
  /** What is wrong; a server answers `e=` and this. */
  readonly fault: ScramFault;
  /** `fault` for programs, `message` for people. */
  constructor(fault: ScramFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** `n,,n=user,r=nonce` */
export interface ClientFirst {
  /** The GS2 header, both commas included; `c=` has to repeat it. */
  readonly header: string;
  /** The message without the header. */
  readonly bare: string;
  /** Unescaped. */
  readonly name: string;
  /** The authorization identity, if given. Unescaped. */
  readonly authorizationName: string | undefined;
  /** The client's part of the nonce. */
  readonly nonce: string;
}

/** `r=nonce,s=salt,i=rounds` */
export interface ServerFirst {
  /** Both parts of the nonce. */
  readonly nonce: string;
  /** Decoded. */
  readonly salt: Uint8Array;
  /** PBKDF2 rounds; the caller has to limit them. */
  readonly iterations: number;
}

/** `c=binding,r=nonce,p=proof` */
export interface ClientFinal {
  /** The GS2 header repeated by the client, decoded. */
  readonly binding: string;
  /** Both parts of the nonce. */
  readonly nonce: string;
  /** 32 bytes. */
  readonly proof: Uint8Array;
  /** The message up to `,p=`, which both sides sign. */
  readonly withoutProof: string;
}

const NONCE = String.raw`[\x21-\x2b\x2d-\x7e]{1,256}`;
const EXTENSIONS = String.raw`(?:,[A-Za-z]=[^\0,]+)*`;
const CLIENT_FIRST = new RegExp(`^n=([^\\0,]+),r=(${NONCE})${EXTENSIONS}$`, "u");
const SERVER_FIRST = new RegExp(
  `^r=(${NONCE}),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,9})${EXTENSIONS}$`,
  "u",
);
const CLIENT_FINAL = new RegExp(
  `^(c=([A-Za-z0-9+/=]+),r=(${NONCE})${EXTENSIONS}),p=([A-Za-z0-9+/]{43}=)$`,
  "u",
);
const SERVER_FINAL = new RegExp(`^(?:v=([A-Za-z0-9+/]{43}=)|e=([^\\0,]+))${EXTENSIONS}$`, "u");
const HEADER = /^(?:[ny]|p=[A-Za-z0-9.-]+),(?:a=([^\0,]+))?,/;

/**
 * Parses a client's first message.
 *
 * @throws {ScramError} When it is malformed, or demands an unsupported feature.
 */
export function parseClientFirst(text: string): ClientFirst {
  checkText(text);
  const [header, authorization] = HEADER.exec(text) ??
    fail("invalid-encoding", "The GS2 header is malformed");
  if (header.startsWith("p=")) {
    fail("channel-binding-not-supported", "The client demands channel binding");
  }
  const bare = text.slice(header.length);
  if (bare.startsWith("m=")) fail("extensions-not-supported", "The client demands an extension");
  const [, name, nonce] = CLIENT_FIRST.exec(bare) ?? [];
  if (!name || !nonce) fail("invalid-encoding", "The client's first message is malformed");
  return {
    header,
    bare,
    name: unescapeSaslName(name),
    authorizationName: authorization && unescapeSaslName(authorization),
    nonce,
  };
}

/**
 * Parses a server's first message.
 *
 * @throws {ScramError} When it is malformed, or demands an unsupported feature.
 */
export function parseServerFirst(text: string): ServerFirst {
  checkText(text);
  if (text.startsWith("m=")) fail("extensions-not-supported", "The server demands an extension");
  if (text.startsWith("e=")) failAs(text.slice(2));
  const [, nonce, salt, iterations] = SERVER_FIRST.exec(text) ?? [];
  if (!nonce || !salt || !iterations) {
    fail("invalid-encoding", "The server's first message is malformed");
  }
  return { nonce, salt: decodeBase64(salt), iterations: Number(iterations) };
}

/**
 * Parses a client's last message.
 *
 * @throws {ScramError} When it is malformed, or demands an unsupported feature.
 */
export function parseClientFinal(text: string): ClientFinal {
  checkText(text);
  const [, withoutProof, binding, nonce, proof] = CLIENT_FINAL.exec(text) ?? [];
  if (!withoutProof || !binding || !nonce || !proof) {
    fail("invalid-encoding", "The client's last message is malformed");
  }
  return {
    binding: new TextDecoder("utf-8", { ignoreBOM: true }).decode(decodeBase64(binding)),
    nonce,
    proof: decodeBase64(proof),
    withoutProof,
  };
}

/**
 * Parses a server's last message.
 *
 * @returns The server's signature, 32 bytes.
 * @throws {ScramError} With the server's own fault when it refuses.
 */
export function parseServerFinal(text: string): Uint8Array {
  checkText(text);
  const [, signature, refusal] = SERVER_FINAL.exec(text) ?? [];
  if (refusal) failAs(refusal);
  if (!signature) fail("invalid-encoding", "The server's last message is malformed");
  return decodeBase64(signature);
}

/** Escapes commas and equals signs in a name (`saslname`). */
export function escapeSaslName(name: string): string {
  return name.replaceAll("=", "=3D").replaceAll(",", "=2C");
}

/**
 * The reverse of {@linkcode escapeSaslName}.
 *
 * @throws {ScramError} "invalid-username-encoding" when an equals sign is not part of an escape.
 */
function unescapeSaslName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) fail("invalid-username-encoding", "The name is malformed");
  return text.replaceAll("=2C", ",").replaceAll("=3D", "=");
}

const FAULTS: ReadonlySet<string> = new Set<ScramFault>([
  "invalid-encoding",
  "extensions-not-supported",
  "invalid-proof",
  "channel-bindings-dont-match",
  "server-does-support-channel-binding",
  "channel-binding-not-supported",
  "unsupported-channel-binding-type",
  "unknown-user",
  "invalid-username-encoding",
  "no-resources",
  "other-error",
]);

function isFault(text: string): text is ScramFault {
  return FAULTS.has(text);
}

function checkText(text: string): void {
  if (text.length > MAX_SCRAM_CHARACTERS) fail("invalid-encoding", "The message is too long");
  if (!text.isWellFormed()) fail("invalid-encoding", "The message is not valid Unicode");
}

function decodeBase64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch (cause) {
    throw new ScramError("invalid-encoding", "The message has malformed base64 in it", { cause });
  }
}

function failAs(refusal: string): never {
  fail(isFault(refusal) ? refusal : "other-error", "The server refuses the sign-in");
}

function fail(fault: ScramFault, message: string): never {
  throw new ScramError(fault, message);
}
