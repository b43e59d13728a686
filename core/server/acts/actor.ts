/** The session that acts, at any door. @module */
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import type { GivenSecrets } from "../../identity/given_secrets.ts";
import type { Slot } from "../../net/slots.ts";
import type { DoorSession } from "../common/session_directory.ts";
import type { SignInRequest } from "../common/sign_in_request.ts";
import type { HubSession, User } from "../hub/types.ts";

/** A session, as acts see it. */
export interface Actor extends HubSession, DoorSession {
  user: User | undefined;
  /** The door's name in the log. */
  readonly door: "irc" | "ptchat";
  /** IP address of the other end. */
  readonly address: string;
  /** Whether the address may be forged. */
  readonly isUnconfirmed: boolean;
  readonly slot: Pick<Slot, "settle" | "welcome">;
  /** Passwords used on this connection: a line that repeats one is not sent to others. */
  readonly secrets: GivenSecrets;
  /** Aborts when the connection is closed. */
  readonly gone: AbortSignal;
}

/**
 * As `whenReady()`, for a session: `next` is not called if the session was closed meanwhile.
 *
 * @throws The reason of `actor.gone`, as a rejection, if it was closed.
 */
export function whenPresent<T, U>(
  { gone }: Pick<Actor, "gone">,
  answer: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  if (!(answer instanceof Promise)) return next(answer);
  return answer.then((value) => {
    gone.throwIfAborted();
    return next(value);
  });
}

/** An account's name with a password. */
export interface NameAndPassword {
  readonly name: string;
  readonly password: string;
}

/** A request with these credentials. From now on, the actor's lines may not repeat the password. */
export function requestOf(actor: Actor, { name, password }: NameAndPassword): SignInRequest {
  actor.secrets.add(password);
  const { address, isUnconfirmed } = actor;
  return { name, password, address, isUnconfirmed };
}
