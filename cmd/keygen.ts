/** `chat keygen`: makes a certificate and its private key for a server. @module */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { IdentityError } from "../core/identity/identity_error.ts";
import { LOCAL_NAMES, makeCertificate, type PemPair } from "../core/identity/make_certificate.ts";
import { loadPemPair, type PemPairPaths, writePemPair } from "../core/identity/pem_pair.ts";
import { toSubjectName } from "../core/identity/subject_name.ts";
import { CommandFailed, EXIT_FAILED } from "./common/exit.ts";
import { wholeNumber } from "./common/whole_number.ts";

/** A hundred years: more is a typing error. */
const MAX_DAYS = 36_500;

interface KeygenOptions {
  readonly out: string;
  readonly name?: readonly string[];
  readonly days: number;
  readonly force?: boolean;
}

/** The command, for the tree in mod.ts. */
export function keygenCommand(): Command {
  return new Command("keygen")
    .description("Make a certificate and its private key for a server.")
    .option("--out <dir>", "folder for key.pem and cert.pem", "certs")
    .option(
      "--name <host...>",
      `host name or address of the server, besides ${LOCAL_NAMES.join(", ")}; may be repeated`,
      parseName,
    )
    .option("--days <n>", "days of validity", wholeNumber(1, MAX_DAYS), 365)
    .option("--force", "replace an existing pair")
    .action((options) => keygen(options));
}

async function keygen({ out, name = [], days, force = false }: KeygenOptions): Promise<void> {
  const pair = await makeCertificate({ names: [...name, ...LOCAL_NAMES], days });
  const { keyPath, certPath } = await write(out, pair, force);
  const { fingerprint, names, notAfter } = await loadPemPair(out);
  console.log(`Private key:  ${keyPath}
Certificate:  ${certPath}
Fingerprint:  SHA256 ${fingerprint}
Valid for:    ${names.join(", ")}
Expires:      ${notAfter.toISOString().slice(0, 10)}`);
}

async function write(dir: string, pair: PemPair, force: boolean): Promise<PemPairPaths> {
  try {
    return await writePemPair(dir, pair, { force });
  } catch (error) {
    if (!(error instanceof IdentityError) || error.fault !== "exists") throw error;
    throw new CommandFailed(`${error.message} (--force replaces the pair)`, EXIT_FAILED, {
      cause: error,
    });
  }
}

function parseName(text: string, earlier: readonly string[] = []): readonly string[] {
  if (toSubjectName(text) !== undefined) return [...earlier, text];
  throw new InvalidArgumentError("It must be a host name or an IP address.");
}
