/**
 * A server's certificate and key in a folder: `cert.pem` and `key.pem`, always a matching pair.
 *
 * Two files cannot be renamed atomically. So a new pair is staged in a folder of its own, and renaming
 * that folder to `.new-pair` commits it: before that the old pair is used, afterwards the new one, wherever its
 * files are by then. {@linkcode loadPemPair} reads by that rule, and the next write completes one that
 * was interrupted by a crash.
 *
 * @module
 */
import { join } from "node:path";
import { flushFolder, readTextIfThere, withFileLock, writeFileFlushed } from "./atomic_file.ts";
import { fileFault, IdentityError } from "./identity_error.ts";
import { inspectPair, type PairTexts, type ServerCertificate } from "./inspect_pair.ts";
import type { PemPair } from "./make_certificate.ts";

export type { PemPair, ServerCertificate };

const COMMITTED = ".new-pair";
const STAGED = /^\.new-pair-[0-9a-f]{8}$/;

interface PairNames {
  readonly key: string;
  readonly cert: string;
}

const OWN: PairNames = { key: "key.pem", cert: "cert.pem" };
/** certbot's file names, so that `--certs /etc/letsencrypt/live/NAME` works. */
const CERTBOT: PairNames = { key: "privkey.pem", cert: "fullchain.pem" };

/** The paths of a pair. */
export interface PemPairPaths {
  /** `DIR/cert.pem`. */
  readonly certPath: string;
  /** `DIR/key.pem`. */
  readonly keyPath: string;
}

/**
 * Writes `key.pem` (mode 0600) and `cert.pem` into `dir`, which is created if missing. A crash
 * at any moment leaves the old pair or the new one. Needs `--allow-read` and `--allow-write` for `dir`.
 *
 * @throws {IdentityError} `exists` when one of them exists and `force` is not given, or
 * `unwritable`.
 */
export async function writePemPair(
  dir: string,
  pair: PemPair,
  { force = false }: { readonly force?: boolean } = {},
): Promise<PemPairPaths> {
  const paths = { certPath: join(dir, OWN.cert), keyPath: join(dir, OWN.key) };
  try {
    await Deno.mkdir(dir, { recursive: true });
    await withFileLock(join(dir, COMMITTED), async () => {
      await recover(dir);
      await checkTargets(paths, force);
      await stage(dir, pair);
      moveInPlace(dir);
      await flushFolder(paths.certPath);
    });
  } catch (error) {
    throw fileFault("write", `${paths.keyPath} and ${paths.certPath}`, error);
  }
  return paths;
}

/**
 * Reads and checks the pair in `dir`: `key.pem` and `cert.pem`, or certbot's `privkey.pem` and
 * `fullchain.pem`. Any kind works: RSA from 2048 bits, P-256, P-384, P-521, Ed25519, self-signed, or the
 * leaf of a chain that follows it. Needs `--allow-read` for `dir`.
 *
 * @throws {IdentityError} `missing` when neither file exists; otherwise the fault found.
 */
export async function loadPemPair(
  dir: string,
  { now = new Date() }: { readonly now?: Date } = {},
): Promise<ServerCertificate> {
  let texts = await readTexts(dir);
  while (true) {
    try {
      return inspectPair(texts, now);
    } catch (error) {
      // Another program may be replacing the files: only an error that persists is final.
      const again = await readTexts(dir);
      if (again.keyText === texts.keyText && again.certText === texts.certText) throw error;
      texts = again;
    }
  }
}

async function readTexts(dir: string): Promise<PairTexts> {
  return await readNamed(dir, OWN) ?? await readNamed(dir, CERTBOT) ?? noPair(dir);
}

async function readNamed(dir: string, names: PairNames): Promise<PairTexts | undefined> {
  const keyPath = join(dir, names.key);
  const certPath = join(dir, names.cert);
  const keyText = await readNewest(dir, names.key);
  const certText = await readNewest(dir, names.cert);
  if (keyText !== undefined && certText !== undefined) {
    return { keyText, certText, keyPath, certPath };
  }
  if (keyText === undefined && certText === undefined) return undefined;
  // certbot's folder has a cert.pem too, without the chain.
  if (keyText === undefined && await readNewest(dir, CERTBOT.key) !== undefined) return undefined;
  const [there, missing] = keyText === undefined ? [certPath, keyPath] : [keyPath, certPath];
  throw new IdentityError("incomplete", `Cannot read ${missing}: there is only ${there}`);
}

async function readNewest(dir: string, name: string): Promise<string | undefined> {
  const path = join(dir, name);
  try {
    return await readTextIfThere(join(dir, COMMITTED, name)) ?? await readTextIfThere(path);
  } catch (error) {
    throw fileFault("read", path, error);
  }
}

function noPair(dir: string): never {
  throw new IdentityError("missing", `Cannot find ${OWN.key} and ${OWN.cert} in ${dir}`);
}

/** Recovers from an interrupted write: a committed pair is moved into place, a staged one is removed. */
async function recover(dir: string): Promise<void> {
  moveInPlace(dir);
  for await (const { name } of Deno.readDir(dir)) {
    if (STAGED.test(name)) await Deno.remove(join(dir, name), { recursive: true });
  }
}

async function checkTargets({ keyPath, certPath }: PemPairPaths, force: boolean): Promise<void> {
  for (const path of [keyPath, certPath]) {
    const there = await lstatIfThere(path);
    if (there === undefined) continue;
    if (!force) throw new IdentityError("exists", `Cannot write ${path}: it exists already`);
    if (there.isDirectory) {
      throw new IdentityError("unwritable", `Cannot write ${path}: it is a folder`);
    }
  }
}

async function stage(dir: string, { keyPem, certPem }: PemPair): Promise<void> {
  const staged = join(dir, `${COMMITTED}-${crypto.randomUUID().slice(0, 8)}`);
  try {
    await Deno.mkdir(staged, { mode: 0o700 });
    await writeFileFlushed(join(staged, OWN.key), keyPem, { mode: 0o600 });
    await writeFileFlushed(join(staged, OWN.cert), certPem, { mode: 0o644 });
    await flushFolder(join(staged, OWN.cert));
    await Deno.rename(staged, join(dir, COMMITTED));
  } catch (error) {
    await Deno.remove(staged, { recursive: true }).catch(() => {}); // the first error says more
    throw error;
  }
  await flushFolder(join(dir, COMMITTED));
}

/** Synchronous, so that no other code of this process runs in between. */
function moveInPlace(dir: string): void {
  for (const name of [OWN.key, OWN.cert]) {
    try {
      Deno.renameSync(join(dir, COMMITTED, name), join(dir, name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // not found: moved before
    }
  }
  try {
    Deno.removeSync(join(dir, COMMITTED));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function lstatIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
