/**
 * Signing in, registering, and signing out, for a session of any door.
 *
 * A password check takes long, so an act with one has two parts: the first checks and does not change the session, the
 * second takes effect at once, when the door is ready to answer.
 *
 * @module
 */
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import { freeAccountNick, freeGuestNick, isGuestNick, nickForGuestOf } from "../accounts/names.ts";
import type { CheckedSignIn, RegisterOutcome, SignInRefusal } from "../common/outcomes.ts";
import type { Room, User } from "../hub/types.ts";
import { type Actor, type NameAndPassword, requestOf, whenPresent } from "./actor.ts";
import type { ServerContext } from "./context.ts";

type SignInServer = Pick<
  ServerContext,
  "accounts" | "directory" | "guests" | "hub" | "name" | "store"
>;

/** The former user of a session that has moved to another user. */
export interface FormerSelf {
  /** `nick!username@host` */
  readonly mask: string;
  /** Rooms that the session has left. */
  readonly leftRooms: readonly string[];
}

/** A session that has signed in. */
export type SignedIn =
  /** The session's user has the account; `former` if the session moved to the user of the account's other sessions. */
  | {
    readonly state: "signed-in";
    readonly account: string;
    readonly former: FormerSelf | undefined;
  }
  /** The session has no user yet: `enterHub()` is next. */
  | { readonly state: "admitted"; readonly account: string };

/** Outcome of a sign-in. */
export type SignInOutcome = SignedIn | SignInRefusal;

/** Checks a name and a password; pass the result to {@linkcode completeSignIn}. */
export function checkSignIn(
  { accounts }: SignInServer,
  actor: Actor,
  credentials: NameAndPassword,
): Promise<CheckedSignIn> {
  return accounts.signIn({ ...requestOf(actor, credentials), signal: actor.gone });
}

/** Signs the session in, if the account still allows it. */
export function completeSignIn(
  server: SignInServer,
  actor: Actor,
  checked: CheckedSignIn,
): MaybePromise<SignInOutcome> {
  if (checked.state !== "ok") return checked;
  // Whether the account still allows it is checked last: nothing may happen between the check and the sign-in.
  const spareNick = nickForGuestOf(server, checked.account, actor.user);
  return whenPresent(
    actor,
    spareNick,
    (nick) =>
      whenPresent(
        actor,
        server.accounts.admitSession(checked),
        (admitted): SignInOutcome =>
          admitted.state === "ok" ? useAccount(server, actor, admitted.account, nick) : admitted,
      ),
  );
}

/** Registers an account; {@linkcode takeAccount} signs the session in to it. */
export function makeAccount(
  server: SignInServer,
  actor: Actor,
  credentials: NameAndPassword,
): Promise<RegisterOutcome> {
  const isFree = (wanted: string) => !isGuestNick(server, wanted, actor.user);
  return server.accounts.register({ ...requestOf(actor, credentials), isFree, signal: actor.gone });
}

/** Signs the session in to an account that it has just registered. */
export function takeAccount(
  server: SignInServer,
  actor: Actor,
  account: string,
): MaybePromise<SignedIn> {
  const spareNick = nickForGuestOf(server, account, actor.user);
  return whenPresent(actor, spareNick, (nick) => useAccount(server, actor, account, nick));
}

/** @param nick For a guest who uses the account's name. */
function useAccount(
  { hub }: SignInServer,
  actor: Actor,
  account: string,
  nick: string | undefined,
): SignedIn {
  actor.slot.settle();
  const { user: guest } = actor;
  if (!guest) return { state: "admitted", account };
  freeAccountNick(hub, account, { nick, self: guest });
  const before = identityOf(guest);
  const user = hub.signIn(actor, account);
  const former = user === guest ? undefined : formerSelf(before, user);
  return { state: "signed-in", account, former };
}

/** A session that has signed out. */
export interface SignedOut {
  readonly state: "signed-out";
  /** The mask of the guest that the session is now. */
  readonly mask: string;
  /** The former user, if the account has other sessions. */
  readonly former: FormerSelf | undefined;
}

/** Outcome of {@linkcode signOutSession}. */
export type SignOutOutcome = SignedOut | { readonly state: "not-signed-in" };

/** Signs out: the session continues as a guest, without rooms. */
export function signOutSession(
  server: SignInServer,
  actor: Actor,
): MaybePromise<SignOutOutcome> {
  if (actor.user?.account === undefined) return { state: "not-signed-in" };
  return whenPresent(actor, freeGuestNick(server), (nick) => becomeGuest(server, actor, nick));
}

function becomeGuest(server: SignInServer, actor: Actor, guestNick: string): SignOutOutcome {
  const { directory, guests, hub } = server;
  const { user: member } = actor;
  if (member?.account === undefined) return { state: "not-signed-in" };
  const before = identityOf(member);
  if (!guests) directory.unwatchAll(actor); // strangers may not see who is online
  const user = hub.signOut(actor, guestNick);
  const former = user === member ? undefined : formerSelf(before, user);
  return { state: "signed-out", mask: user.mask, former };
}

interface Identity {
  readonly mask: string;
  readonly rooms: readonly Room[];
}

function identityOf({ mask, rooms }: User): Identity {
  return { mask, rooms: [...rooms] };
}

function formerSelf({ mask, rooms }: Identity, now: User): FormerSelf {
  return { mask, leftRooms: rooms.filter((room) => !now.rooms.has(room)).map(({ name }) => name) };
}
