import assert from "node:assert/strict";
import { isNearSignInWord, looksLikeSignIn } from "../../../core/ground/sign_in_words.ts";

const isAccount = (name: string) => ["amy", "bob"].includes(name);

Deno.test("looksLikeSignIn() knows sign-ins that no command understands", () => {
  const marked = ["/logn amy", "~login bob:", "~:logn bob:", "\\login amy", ": register fred"];
  const bare = ["login amy", "LOGIN zoe", "register fred", "passwd", "login", "identify hunter2"];
  const slipped = [".login amy", "7register fred", ",passwd old"];
  const mistyped = ["logn amy", "lgoin bob", "regster amy hunter2", "login bob hunter2"];
  const service = ["/msg nickserv identify x", "msg NickServ identify amy x", "ns login x"];
  for (const line of [...marked, ...bare, ...slipped, ...mistyped, ...service]) {
    assert(looksLikeSignIn(line, { isAccount }), line);
  }
});

Deno.test("looksLikeSignIn() leaves talk alone", () => {
  const talk = [
    "hello all",
    "login is broken",
    "please register at the door",
    "how do I login?",
    "(login page)",
    '"login" is a command',
    "!register bob",
    "#login amy",
    "1. register with us first",
    "begin now",
    "logic wins",
    "/topic login page",
    "passwords are hard",
    "logout bob",
    "amy login",
    "",
  ];
  for (const line of talk) assert(!looksLikeSignIn(line, { isAccount }), line);
});

Deno.test("isNearSignInWord() takes two slips, no more, and never /logout", () => {
  for (const word of ["login", "Logn", "lgoin", "passwrd", "password", "regsiter", "loginamy"]) {
    assert(isNearSignInWord(word), word);
  }
  for (const word of ["logout", "logoff", "topic", "join", "in", "", "x".repeat(40)]) {
    assert(!isNearSignInWord(word), word);
  }
});
