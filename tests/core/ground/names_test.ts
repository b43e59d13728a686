import assert from "node:assert/strict";
import * as fc from "fast-check";
import { foldName, isAccountName, isRoomName, skeletonOf } from "../../../core/ground/names.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_\-[\]\\^{}|`]{2,20}$/);

Deno.test("isAccountName() takes 2 to 20 of the allowed characters, and nothing else", () => {
  fc.assert(fc.property(name, (good) => assert(isAccountName(good))));
  const bad = [
    "",
    "a",
    "a".repeat(21),
    "a b",
    "a:b",
    "a,b",
    "#a",
    "ä",
    "a\n",
    "a!b",
    "a@b",
    "а1", /* Cyrillic */
  ];
  for (const text of bad) assert(!isAccountName(text), text);
});

Deno.test("isRoomName() takes what can stand in a line, and nothing else", () => {
  for (
    const good of ["#a", "#Tee-Zimmer", "#чай", "#☕", `#${"a".repeat(49)}`, "#:)".replace(":", "")]
  ) {
    assert(isRoomName(good), good);
  }
  const bad = [
    "",
    "#",
    "a",
    "&a",
    "# a",
    "#a b",
    "#a,b",
    "#a:b",
    "#a\x07",
    "#a\u202e",
    "#a\u200b",
    "#\u2003",
    `#${"a".repeat(50)}`,
    `#${"☕".repeat(22)}`,
  ];
  for (const text of bad) assert(!isRoomName(text), text);
});

Deno.test("names that are the same but for case look alike", () => {
  fc.assert(fc.property(name, (one) => {
    assert.equal(skeletonOf(one.toUpperCase()), skeletonOf(one.toLowerCase()));
    assert.equal(foldName(one.toUpperCase()), foldName(one.toLowerCase()));
  }));
});

Deno.test("names that look alike have one skeleton", () => {
  const pairs = [
    ["b0b", "bob"],
    ["amy1", "amyl"],
    ["Il", "ll"],
    ["a|", "al"],
    ["arny", "amy"],
    ["vvill", "will"],
    ["a_b", "a-b"],
    ["a{b}", "a[b]"],
  ] as const;
  for (const [one, other] of pairs) assert.equal(skeletonOf(one), skeletonOf(other), one);
  for (const [one, other] of [["bob", "rob"], ["u1", "u2"], ["ann", "anne"]] as const) {
    assert.notEqual(skeletonOf(one), skeletonOf(other));
  }
});
