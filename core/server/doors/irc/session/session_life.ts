/**
 * The state of an IRC session: a value and a pure step function.
 *
 * ```text
 * registering -> registered      both -> closed
 * ```
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */

/** What a client has sent about itself before it is registered. */
export interface IrcIntroduction {
  readonly nick?: string | undefined;
  readonly username?: string | undefined;
  readonly realname?: string | undefined;
  /** From `PASS`: `name:password`, or the password of the nick's account. */
  readonly pass?: string | undefined;
  /** `CAP` was seen, and `CAP END` not yet. */
  readonly isNegotiating: boolean;
  /** The account that the session was admitted to, by SASL, `PASS` or `REGISTER`. */
  readonly account?: string | undefined;
}

/** The state of a session. */
export type IrcLife =
  | { readonly at: "registering"; readonly client: IrcIntroduction }
  | { readonly at: "registered" }
  | { readonly at: "closed" };

/** An input of {@linkcode stepIrcLife}. */
export type IrcLifeInput =
  | { readonly kind: "cap-begun" | "cap-ended" }
  | { readonly kind: "nick"; readonly nick: string }
  | { readonly kind: "user"; readonly username: string; readonly realname: string }
  | { readonly kind: "pass"; readonly pass: string }
  /** The session may enter as the owner of an account. */
  | { readonly kind: "admitted"; readonly account: string }
  /** The nick cannot be used: the client has to send another. */
  | { readonly kind: "nick-refused" }
  /** The hub has added the session. */
  | { readonly kind: "entered" }
  | { readonly kind: "closed" };

/** The next step for a session to become registered. */
export type RegistrationStep =
  /** Nothing: it is not registering, or the client has more to send. */
  | { readonly step: "wait" }
  /** Sign in with `PASS`, as clients without SASL do. */
  | { readonly step: "sign-in"; readonly name: string; readonly password: string }
  | {
    readonly step: "enter";
    readonly nick: string;
    readonly account: string | undefined;
    readonly username: string;
    readonly realname: string | undefined;
  };

/** The state of a new connection. */
export const NEW_IRC_LIFE: IrcLife = { at: "registering", client: { isNegotiating: false } };

const REGISTERED: IrcLife = { at: "registered" };
const CLOSED: IrcLife = { at: "closed" };
const WAIT: RegistrationStep = { step: "wait" };

/**
 * Returns the next state. An input that does not apply to a state changes nothing; `closed` is final.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NEW_IRC_LIFE, registrationStep, stepIrcLife } from "./session_life.ts";
 * const named = stepIrcLife(NEW_IRC_LIFE, { kind: "nick", nick: "amy" });
 * assert.deepEqual(registrationStep(named), { step: "wait" });
 * const user = { kind: "user", username: "a", realname: "Amy" } as const;
 * assert.equal(registrationStep(stepIrcLife(named, user)).step, "enter");
 * ```
 */
export function stepIrcLife(life: IrcLife, input: IrcLifeInput): IrcLife {
  if (life.at === "closed") return life;
  if (input.kind === "closed") return CLOSED;
  if (life.at === "registered") return life;
  if (input.kind === "entered") return REGISTERED;
  return { at: "registering", client: stepIntroduction(life.client, input) };
}

/** The next step, depending on what the client has sent. */
export function registrationStep(life: IrcLife): RegistrationStep {
  if (life.at !== "registering") return WAIT;
  const { nick, username, realname, pass, isNegotiating, account } = life.client;
  if (isNegotiating || nick === undefined || username === undefined) return WAIT;
  if (pass !== undefined && account === undefined) {
    return { step: "sign-in", ...parsePass(pass, nick) };
  }
  return {
    step: "enter",
    nick: account ?? nick,
    account,
    username,
    realname: realname || undefined,
  };
}

/** What the client has sent about itself, while it is registering. */
export function introductionOf(life: IrcLife): IrcIntroduction | undefined {
  return life.at === "registering" ? life.client : undefined;
}

function stepIntroduction(
  client: IrcIntroduction,
  input: Exclude<IrcLifeInput, { kind: "entered" | "closed" }>,
): IrcIntroduction {
  switch (input.kind) {
    case "cap-begun":
      return { ...client, isNegotiating: true };
    case "cap-ended":
      return { ...client, isNegotiating: false };
    case "nick":
      return { ...client, nick: input.nick };
    case "nick-refused":
      return { ...client, nick: undefined };
    case "user":
      return { ...client, username: input.username, realname: input.realname };
    case "pass":
      return { ...client, pass: input.pass };
    case "admitted":
      return { ...client, account: input.account, pass: undefined };
  }
}

function parsePass(pass: string, nick: string): { name: string; password: string } {
  const colon = pass.indexOf(":");
  return colon > 0
    ? { name: pass.slice(0, colon), password: pass.slice(colon + 1) }
    : { name: nick, password: pass };
}
