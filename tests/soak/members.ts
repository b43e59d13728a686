/** A database with members in it, all with one password. @module */
import { join } from "node:path";
import { makeVerifier } from "../../core/identity/password.ts";
import { openStore } from "../../core/store/sqlite/sqlite_store.ts";

/** The password of every member. */
export const PASSWORD = "correct-horse-7";

/** Makes a data folder with so many accounts, `member0` and so on, whose password costs as much as a real one. */
export async function makeMembers(data: string, count: number): Promise<void> {
  await Deno.mkdir(data, { recursive: true });
  const made = await makeVerifier(PASSWORD);
  if (made.state !== "made") throw new Error("Cannot make a verifier");
  using store = openStore(join(data, "chat.sqlite"));
  for (let n = 0; n < count; n++) store.accounts.create(`member${n}`, made.verifier, Date.now());
}

/** The nth of many loopback addresses. */
export function loopback(n: number): string {
  return `127.1.${Math.floor(n / 250)}.${1 + n % 250}`;
}
