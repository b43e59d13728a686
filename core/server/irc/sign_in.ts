/** A session signs in, out, or up: what follows for it. @module */
import { adviceOnPassword } from "../../identity/password.ts";
import type { Room } from "../../hub/types.ts";
import type { SignInRequest } from "../sign_in_request.ts";
import { LOBBY } from "../../irc/names.ts";
import { RPL } from "../../irc/numerics.ts";
import { freeAccountNick, freeGuestNick, HOST, isGuestNick } from "../names.ts";
import { NOT_STORED, type SignInRefusal } from "../outcomes.ts";
import { enterRoom, showRooms } from "./rooms.ts";
import type { IrcSession } from "./session.ts";
import type { Continuation } from "./session_state.ts";

/** Why a sign-in failed, for a person. */
export function explainSignIn(outcome: SignInRefusal): string {
  switch (outcome.state) {
    case "wrong":
      return "Wrong name or password";
    case "banned":
      return `You are ${outcome.why}`;
    case "limited":
      return `Too many attempts: wait ${Math.ceil(outcome.retryMs / 1000)} seconds`;
    case "busy":
      return "Server is busy: try again";
    case "too-many-sessions":
      return `Account has ${outcome.most} sessions already: end one of them`;
  }
}

/** What a session claims, with a password that is not to be said afterwards. */
export function signInRequestOf(
  session: IrcSession,
  { name, password }: { readonly name: string; readonly password: string },
): SignInRequest {
  session.secrets.add(password);
  return { name, password, address: session.connection.address };
}

/**
 * The session is signed in to `account` from now on.
 *
 * @returns Whether it joined the user of the account's other sessions.
 */
export function adoptAccount(session: IrcSession, account: string): boolean {
  const { hub } = session.context;
  let moved = false;
  session.sasl = undefined; // an exchange that was under way is for somebody else
  session.slot.settle();
  if (session.registration) {
    session.registration.account = account;
  } else {
    makeWayUnlessOwn(session, account);
    const former = session.self;
    const { mask, rooms } = { mask: former.mask, rooms: [...former.rooms] };
    const user = hub.signIn(session, account);
    moved = user !== former;
    if (moved) tellMoved(session, { mask, rooms: rooms.filter((room) => !user.rooms.has(room)) });
  }
  sendLoggedIn(session);
  return moved;
}

function makeWayUnlessOwn(session: IrcSession, account: string): void {
  if (session.context.hub.lookalike(account) !== session.user) {
    freeAccountNick(session.context, account);
  }
}

/** Gives up the account: the session goes on as a guest. */
export function signOutOfIrc(session: IrcSession): void {
  const former = session.self;
  const { mask, rooms } = { mask: former.mask, rooms: [...former.rooms] };
  const { directory, guests, hub } = session.context;
  if (!guests) directory.unwatchAll(session); // strangers are told of nobody
  const user = hub.signOut(session, freeGuestNick(session.context));
  if (user !== former) tellMoved(session, { mask, rooms });
  session.numeric(RPL.LOGGEDOUT, `${user.nick}!${user.username}@${HOST}`, "You are now logged out");
}

/** The session belongs to another user from now on: it alone has to be told which rooms it lost, and its new name. */
function tellMoved(
  session: IrcSession,
  former: { readonly mask: string; readonly rooms: readonly Room[] },
): void {
  for (const { name } of former.rooms) session.send("PART", [name, "Moved"], former.mask);
  session.send("NICK", [session.nick], former.mask);
}

/** What {@linkcode registerIrcAccount} shall make, and which command it answers. */
interface Registration {
  readonly name: string;
  readonly password: string;
  readonly command: "REGISTER" | "NS";
}

/** Makes an account and signs the session in to it. */
export function registerIrcAccount(
  session: IrcSession,
  { name, password, command }: Registration,
): Continuation {
  const { accounts } = session.context;
  const refuse = (code: string, text: string) => session.fail(command, code, [name], text);
  const isFree = (wanted: string) => !isGuestNick(session.context, wanted, session.user);
  return accounts.register({
    ...signInRequestOf(session, { name, password }),
    isFree,
    signal: session.gone,
  })
    .then((outcome) => () => {
      switch (outcome.state) {
        case "bad-name":
          return refuse(
            "BAD_ACCOUNT_NAME",
            "Names are 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `",
          );
        case "reserved":
          return refuse("BAD_ACCOUNT_NAME", "Name is reserved");
        case "taken":
          return refuse("ACCOUNT_EXISTS", "Account exists already");
        case "lookalike":
          return refuse("BAD_ACCOUNT_NAME", "Name looks like that of another account");
        case "in-use":
          return refuse("BAD_ACCOUNT_NAME", "Name is in use by a guest, or looks like one that is");
        case "weak-password":
          return refuse("WEAK_PASSWORD", `Cannot take that password: ${outcome.reason}`);
        case "banned":
          return refuse("ACCOUNT_BANNED", explainSignIn(outcome));
        case "limited":
          return refuse("TEMPORARILY_UNAVAILABLE", explainSignIn(outcome));
        case "busy":
          return refuse("TEMPORARILY_UNAVAILABLE", explainSignIn(outcome));
        case "not-stored":
          return refuse("TEMPORARILY_UNAVAILABLE", NOT_STORED);
      }
      const text = ["Account registered", adviceOnPassword(password) ?? []].flat().join(". ");
      if (command === "REGISTER") session.send("REGISTER", ["SUCCESS", outcome.account, text]);
      else session.note(command, "REGISTERED", [outcome.account], text);
      const moved = adoptAccount(session, outcome.account);
      if (session.user) afterSignIn(session, moved);
    });
}

/** `RPL_LOGGEDIN`, as SASL 3.1 wants it. */
export function sendLoggedIn(session: IrcSession): void {
  const account = session.account ?? "*";
  const mask = session.user?.mask ?? `${session.nick}!*@${HOST}`;
  session.numeric(RPL.LOGGEDIN, mask, account, `You are now logged in as ${account}`);
}

/**
 * Brings somebody who has just signed in into the lobby.
 *
 * @param moved Whether the session joined a user who was here already: then it is shown their rooms.
 */
export function afterSignIn(session: IrcSession, moved: boolean): void {
  const user = session.self;
  if (moved) showRooms(session);
  const lobby = session.context.hub.rooms.find(LOBBY);
  if (!lobby || !user.rooms.has(lobby)) enterRoom(session, LOBBY);
}
