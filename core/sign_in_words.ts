/**
 * Lines that try to sign in, written in a way that no command understands: what follows them is likely a password,
 * and must not be said to a room.
 *
 * @module
 */
import { distance } from "fastest-levenshtein";

/** What people type to sign in or to change a password, here and in other programs. */
const SIGN_IN_WORDS: readonly string[] = [
  "login",
  "logon",
  "signin",
  "register",
  "signup",
  "identify",
  "password",
  "passwd",
];

/** Nearly one of those, and something else. */
const OTHER_WORDS: ReadonlySet<string> = new Set(["logout", "logoff"]);

/** Without a mark in front of them, these are ordinary words as well; the first two are typed by habit. */
const TYPED_BARE: ReadonlySet<string> = new Set(["login", "register", "passwd", "identify"]);

/** What asks for a password without more being said. */
const ALONE: ReadonlySet<string> = new Set(["login", "register", "passwd"]);

/** How many letters may be wrong, in a short word and in a longer one. */
const MAX_TYPOS = { short: 1, long: 2 };
const SHORT_WORD = 5;

/** What may stand before a word that is meant as a command. */
const MARK = /^[~/\\:;]+[\s:]*/;
/** What a finger hits beside the slash, or without its shift key. */
const SLIP = /^[.,'7&?-]{1,2}(?=[a-z])/i;

/**
 * Whether `word`, typed as a command's name, is a sign-in command's or nearly one's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isNearSignInWord } from "./sign_in_words.ts";
 * assert(isNearSignInWord("logn"));
 * assert(isNearSignInWord("REGSITER"));
 * assert(isNearSignInWord("loginbob"));
 * assert(!isNearSignInWord("topic"));
 * ```
 */
export function isNearSignInWord(word: string): boolean {
  const given = word.toLowerCase().replaceAll(/[^a-z]/g, "");
  return given.length > 2 && given.length < 32 && !OTHER_WORDS.has(given) &&
    SIGN_IN_WORDS.some((known) => given.startsWith(known) || isNear(given, known));
}

function isNear(given: string, known: string): boolean {
  const typos = distance(given, known);
  if (known.length > SHORT_WORD) return typos <= MAX_TYPOS.long;
  return typos <= MAX_TYPOS.short || typos === 2 && sorted(given) === sorted(known); // two letters swapped
}

function sorted(word: string): string {
  return [...word].sort().join("");
}

/** IRC's way to sign in, with a blank in front of it, or without its first half. */
const SERVICE_SIGN_IN =
  /^\s*\/?(?:(?:msg|query|quote|squery)\s+nickserv|ns|nickserv)\s+(?:identify|register|login|passwd)\s+\S/i;

/**
 * Whether a text would have been a sign-in at NickServ, had its beginning been typed right: ` /msg NickServ IDENTIFY x`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isServiceSignIn } from "./sign_in_words.ts";
 * assert(isServiceSignIn(" /msg nickserv identify hunter2"));
 * assert(!isServiceSignIn("type /msg NickServ IDENTIFY PASSWORD"));
 * ```
 */
export function isServiceSignIn(text: string): boolean {
  return SERVICE_SIGN_IN.test(text);
}

/** Settings of {@linkcode looksLikeSignIn}. */
export interface SignInLineOptions {
  /** Whether there is an account of this name. */
  readonly isAccount?: (name: string) => boolean;
}

/**
 * Whether a line that is no command looks like an attempt to sign in: a marked word that is nearly a sign-in command's
 * (`~logn bob:`), or a bare one with nothing but a name behind it (`login bob`), or with a known account and a password;
 * with a known account, a bare one may be mistyped as well.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { looksLikeSignIn } from "./sign_in_words.ts";
 * assert(looksLikeSignIn("login bob"));
 * assert(looksLikeSignIn("~ login bob:"));
 * assert(!looksLikeSignIn("login is broken"));
 * assert(looksLikeSignIn("login bob hunter2", { isAccount: (name) => name === "bob" }));
 * assert(looksLikeSignIn("lgoin bob", { isAccount: (name) => name === "bob" }));
 * ```
 */
export function looksLikeSignIn(line: string, { isAccount }: SignInLineOptions = {}): boolean {
  const text = line.trim();
  if (isServiceSignIn(text)) return true;
  const mark = MARK.exec(text)?.[0] ?? "";
  const slip = SLIP.exec(text)?.[0] ?? "";
  const [word = "", name, ...more] = text.slice((mark || slip).length).split(/[\s:]+/)
    .filter((part) => part !== "");
  if (mark !== "") return isNearSignInWord(word);
  if (name === undefined) return ALONE.has(word.toLowerCase());
  const isWord = /^[a-z]+$/i.test(word) && more.length < 2;
  if (isWord && isNearSignInWord(word) && isAccount?.(name) === true) return true;
  return more.length === 0 && TYPED_BARE.has(word.toLowerCase());
}
