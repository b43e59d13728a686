/** Certificates and keys as other people's tools make them. @module */
import assert from "node:assert/strict";
import { join } from "node:path";

/** Runs `openssl ARGS...` in `cwd` and gives what it printed; a failure is an AssertionError. */
export async function openssl(args: readonly string[], cwd = "."): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("openssl", { args: [...args], cwd })
    .output();
  const decoder = new TextDecoder();
  assert(success, `openssl ${args.join(" ")}\n${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** How `openssl req -newkey` is asked for each kind of key. */
export const KINDS = {
  "RSA 2048": ["rsa:2048"],
  "RSA 3072, signed by RSA-PSS": ["rsa:3072", "-sigopt", "rsa_padding_mode:pss"],
  "P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "P-521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
  Ed25519: ["ed25519"],
} as const;

/** `key.pem` and `cert.pem` in `dir`, by the command that everybody copies. */
export async function makeSelfSigned(
  dir: string,
  newkey: readonly string[] = KINDS["RSA 2048"],
): Promise<void> {
  await openssl(
    // deno-fmt-ignore
    ["req", "-x509", "-newkey", ...newkey, "-keyout", "key.pem", "-out", "cert.pem",
      "-days", "365", "-nodes", "-subj", "/CN=localhost"],
    dir,
  );
}

/** In `dir`: `root.pem`, and a `key.pem` and `cert.pem` signed by an intermediate of that root. */
export async function makeChain(dir: string): Promise<void> {
  const key = ["-newkey", ...KINDS["P-256"], "-nodes"];
  const ca = "basicConstraints=critical,CA:TRUE";
  // deno-fmt-ignore
  await openssl(["req", "-x509", ...key, "-keyout", "root-key.pem", "-out", "root.pem",
    "-days", "30", "-subj", "/CN=Test Root"], dir);
  await sign(dir, { name: "middle", subject: "/CN=Test Middle", by: "root", extensions: ca });
  // deno-fmt-ignore
  await sign(dir, { name: "leaf", subject: "/CN=chat.example", by: "middle",
    extensions: "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1" });
  await Deno.writeTextFile(join(dir, "cert.pem"), await concatenate(dir, ["leaf", "middle"]));
  await Deno.rename(join(dir, "leaf-key.pem"), join(dir, "key.pem"));
}

/** The text of `NAME.pem` files, one after the other. */
export async function concatenate(dir: string, names: readonly string[]): Promise<string> {
  return (await Promise.all(names.map((name) => Deno.readTextFile(join(dir, `${name}.pem`)))))
    .join("");
}

interface Signing {
  readonly name: string;
  readonly subject: string;
  readonly by: string;
  readonly extensions: string;
}

async function sign(dir: string, { name, subject, by, extensions }: Signing): Promise<void> {
  await Deno.writeTextFile(join(dir, `${name}.ext`), `${extensions}\n`);
  // deno-fmt-ignore
  await openssl(["req", "-newkey", ...KINDS["P-256"], "-nodes", "-keyout", `${name}-key.pem`,
    "-out", `${name}.csr`, "-subj", subject], dir);
  // deno-fmt-ignore
  await openssl(["x509", "-req", "-in", `${name}.csr`, "-CA", `${by}.pem`, "-CAkey", `${by}-key.pem`,
    "-CAcreateserial", "-days", "30", "-extfile", `${name}.ext`, "-out", `${name}.pem`], dir);
}
