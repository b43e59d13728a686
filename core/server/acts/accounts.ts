/** Changing and deleting the account that a session is signed in to. @module */
import type { ChangeOutcome, ChangeRefusal } from "../common/outcomes.ts";
import { type Actor, requestOf } from "./actor.ts";
import type { ServerContext } from "./context.ts";

type AccountsServer = Pick<ServerContext, "accounts" | "directory" | "hub">;

/** Outcome of {@linkcode changeOwnPassword}. */
export type PasswordChangeOutcome =
  | {
    readonly state: "ok";
    readonly account: string;
    /** Number of other sessions, which were signed in with the old password. */
    readonly closedSessions: number;
  }
  | ChangeRefusal;

/** Changes the password to `next` if `password` is right, and closes the account's other sessions at once. */
export async function changeOwnPassword(
  { accounts, directory }: AccountsServer,
  actor: Actor,
  { account: name, password, next }: {
    readonly account: string;
    readonly password: string;
    readonly next: string;
  },
): Promise<PasswordChangeOutcome> {
  const request = requestOf(actor, { name, password });
  actor.secrets.add(next);
  const outcome = await accounts.changePassword(request, next);
  if (outcome.state !== "ok") return outcome;
  const { account } = outcome;
  const reason = "Password was changed: sign in with the new one";
  return { ...outcome, closedSessions: directory.closeAccount(account, { reason, except: actor }) };
}

/**
 * Deletes the account if the password is right: its rooms lose their owner, and its other sessions are closed at once.
 * Call `signOutSession()` for this one.
 */
export async function dropOwnAccount(
  { accounts, directory, hub }: AccountsServer,
  actor: Actor,
  { account, password }: { readonly account: string; readonly password: string },
): Promise<ChangeOutcome> {
  const outcome = await accounts.drop(requestOf(actor, { name: account, password }));
  if (outcome.state !== "ok") return outcome;
  hub.rooms.disown(account);
  directory.closeAccount(account, { reason: "Account was dropped", except: actor });
  return outcome;
}
