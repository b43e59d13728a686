/**
 * Recognizes mistyped sign-ins: the next line is likely a password and must not be sent to a room.
 *
 * @module
 */
import { distance } from "fastest-levenshtein";

/** Commands to sign in or to change a password, here and in other programs. */
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

/** Similar words with another meaning. */
const OTHER_WORDS: ReadonlySet<string> = new Set(["logout", "logoff"]);

/** Commands that are recognized without a mark in front of them; they are ordinary words as well. */
const TYPED_BARE: ReadonlySet<string> = new Set(["login", "register", "passwd", "identify"]);

/** Commands that ask for a password without an argument. */
const ALONE: ReadonlySet<string> = new Set(["login", "register", "passwd"]);

/** Number of wrong letters allowed, in a short word and in a longer one. */
const MAX_TYPOS = { short: 1, long: 2 };
const SHORT_WORD = 5;

/** Characters before a word that is meant as a command. */
const MARK = /^[~/\\:;]+[\s:]*/;
/** Keys beside the slash, or typed without shift. */
const SLIP = /^[.,'7&?-]{1,2}(?=[a-z])/i;

/**
 * Whether `word` is the name of a sign-in command, or nearly one.
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

/** Sign-in at NickServ, with a blank in front of it, or without its first part. */
const SERVICE_SIGN_IN =
  /^\s*\/?(?:(?:msg|query|quote|squery)\s+nickserv|ns|nickserv)\s+(?:identify|register|login|passwd)\s+\S/i;

/**
 * Whether a text is a mistyped sign-in at NickServ, such as ` /msg NickServ IDENTIFY x`.
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

/** Options for {@linkcode looksLikeSignIn}. */
export interface SignInLineOptions {
  /** Whether an account with this name exists. */
  readonly isAccount?: (name: string) => boolean;
}

/**
 * Whether a line that is not a command looks like a mistyped sign-in: a marked word that is nearly a sign-in command
 * (`~logn bob:`), or a bare one followed by a name only (`login bob`), or by a known account and a password;
 * before a known account, a bare one may be mistyped as well.
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
