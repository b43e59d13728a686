/** Verifiers that cost little. @module */
import assert from "node:assert/strict";
import { makeVerifier } from "../../../core/identity/password.ts";
import type { Verifier } from "../../../core/identity/verifier.ts";

/** What a server stores of a new password; with as few rounds as clients agree to. */
export async function madeVerifier(password: string): Promise<Verifier> {
  const made = await makeVerifier(password, { iterations: 4096 });
  assert(made.state === "made");
  return made.verifier;
}
