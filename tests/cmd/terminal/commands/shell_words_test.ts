import assert from "node:assert/strict";
import fc from "fast-check";
import {
  pathOf,
  quoteWord,
  restAsWord,
  splitShellWords,
} from "../../../../cmd/terminal/commands/shell_words.ts";

const POSIX = { backslashEscapes: true };
const WINDOWS = { backslashEscapes: false };
const textsOf = (line: string, options = POSIX) =>
  splitShellWords(line, options).map(({ text }) => text);

Deno.test("splitWords() parts words as a shell does", () => {
  assert.deepEqual(textsOf("  a  b\tc "), ["a", "b", "c"]);
  assert.deepEqual(textsOf(`"a b" 'c "d' e"f g"h`), ["a b", 'c "d', "ef gh"]);
  assert.deepEqual(textsOf(String.raw`a\ b \"c "d\"e" 'f\g'`), [
    "a b",
    '"c',
    'd"e',
    String.raw`f\g`,
  ]);
  assert.deepEqual(textsOf(String.raw`C:\photos "D:\my photos"`, WINDOWS), [
    String.raw`C:\photos`,
    String.raw`D:\my photos`,
  ]);
  assert.deepEqual(textsOf(`"" ''`), ["", ""]);
  assert.deepEqual(splitShellWords(`a "b c`, POSIX).map(({ open }) => open), ["", '"']);
});

Deno.test("pathOf() knows the home folder, unless it is quoted", () => {
  const path = (word: string) => pathOf(splitShellWords(word, POSIX)[0]!, "/home/amy");
  assert.equal(path("~"), "/home/amy");
  assert.equal(path("~/a b"), "/home/amy/a");
  assert.equal(path(`~/"a b"`), "/home/amy/a b");
  for (const word of ["'~/a'", "~bob/a", "a/~"]) assert(!path(word).startsWith("/home"), word);
  assert.equal(path(String.raw`\~/a`), "~/a");
});

Deno.test("pathOf() knows $HOME, unless it is quoted or escaped, and nothing else of the environment", () => {
  const path = (word: string) => pathOf(splitShellWords(word, POSIX)[0]!, "/home/amy");
  for (const word of ["$HOME/x", "${HOME}/x", '"$HOME/x"', '"${HOME}"/x']) {
    assert.equal(path(word), "/home/amy/x", word);
  }
  assert.equal(path("$HOME"), "/home/amy");
  assert.equal(path("'$HOME/x'"), "$HOME/x");
  assert.equal(path(String.raw`\$HOME/x`), "$HOME/x");
  for (const word of ["$HOMER/x", "$PATH", "a/$HOME/x", "$"]) assert.equal(path(word), word);
});

Deno.test("pathOf() reads file addresses of this machine", () => {
  const path = (word: string) => pathOf(splitShellWords(word, POSIX)[0]!, "/home/amy");
  assert.equal(path("file:///home/x/a%20b.txt"), "/home/x/a b.txt");
  assert.equal(path("file://localhost/home/x/%C3%A4%23.txt"), "/home/x/ä#.txt");
  assert.equal(path("FILE:/home/x"), "/home/x");
  for (const word of ["file://elsewhere/x", "file:///a%2Fb", "file:///%ff"]) {
    assert.throws(() => path(word), TypeError, word);
  }
});

Deno.test("restAsWord() takes a whole line, quoted or not, and nothing behind a quote", () => {
  const cases = [
    ["dir", "dir"],
    ["my dir  too", "my dir  too"],
    ['"my dir"', "my dir"],
    ["'my dir'", "my dir"],
    [String.raw`my\ dir too`, "my dir too"],
    ["what's new", "what's new"],
    ['a "b c"', 'a "b c"'],
    ['"my dir" too', undefined],
  ] as const;
  for (const [line, text] of cases) assert.equal(restAsWord(line, POSIX)?.text, text, line);
  assert.equal(restAsWord('"my dir', POSIX)?.open, '"');
  assert.equal(restAsWord("~/my dir", POSIX)?.isHome, true);
});

Deno.test("quoteWord() gives what splitWords() reads back, on every system, in every quote", () => {
  const open = fc.constantFrom("", '"', "'");
  const name = fc.string({ minLength: 1 });
  fc.assert(fc.property(name, open, (text, quote) => {
    fc.pre(quote === "" || !text.includes(quote)); // a quote cannot always hold itself
    const word = quoteWord(text, quote as "" | '"' | "'", POSIX) + quote;
    assert.deepEqual(textsOf(word), [text]);
  }));
  fc.assert(fc.property(name, (text) => {
    fc.pre(!text.includes('"')); // no file on Windows has one in its name
    assert.deepEqual(textsOf(quoteWord(text, "", WINDOWS), WINDOWS), [text]);
  }));
});
