import assert from "node:assert/strict";
import { posix, win32 } from "node:path";
import fc from "fast-check";
import { displayName } from "../../../../core/ground/text.ts";
import { TransferError } from "../../../../core/peer/files/errors.ts";
import { numberedName, SafePaths } from "../../../../core/peer/files/safe_path.ts";

const refused = [
  "",
  "/",
  "/etc/passwd",
  "..",
  "../x",
  "a/../x",
  "a/..",
  "a/./x",
  "a//x",
  "a/",
  "C:\\x",
  "C:/x",
  "c:",
  "\\x",
  "\\\\server\\share",
  "..\\x",
  "a\\..\\x",
  "a/ .. /x",
  "a\0b",
  "x/".repeat(33) + "x",
  "x".repeat(1025),
  "é".repeat(513),
];

for (const path of refused) {
  Deno.test(`SafePaths refuses ${JSON.stringify(path.slice(0, 20))} (${path.length})`, () => {
    assert.throws(() => new SafePaths().place(path), { fault: "unsafe-name" });
    assert.throws(() => new SafePaths().placeFolder(path), { fault: "unsafe-name" });
  });
}

const changed: [path: string, place: string][] = [
  ["CON", "_CON"],
  ["d/nul.txt", "d/_nul.txt"],
  ["d/COM1", "d/_COM1"],
  ["d/lpt9.tar.gz", "d/_lpt9.tar.gz"],
  ["d/com¹", "d/_com¹"],
  ["d/aux .x", "d/_aux .x"],
  ["d/console", "d/console"],
  ["d/x.", "d/x_"],
  ["d/x. .", "d/x___"],
  ["d/x ", "d/x_"],
  ["d/a\\b", "d/a_b"],
  ["d/a\x1b[31mb", "d/a_[31mb"],
  ["d/a\u202eb", "d/a_b"],
  ["d/\ud800", "d/_"],
  [".bashrc", "_bashrc"],
  [".ssh/config", "_ssh/config"],
  ["d/.config", "d/.config"],
  ["d/größe 📷.txt", "d/größe 📷.txt"],
];

for (const [path, place] of changed) {
  Deno.test(`SafePaths makes ${JSON.stringify(path)} ${JSON.stringify(place)}`, () => {
    assert.equal(new SafePaths({ windows: false }).place(path), place);
  });
}

Deno.test("SafePaths leaves out what Windows does not allow, on Windows", () => {
  assert.equal(new SafePaths({ windows: true }).place('d/a:b<c>"d|e?f*'), "d/a_b_c__d_e_f_");
  assert.equal(new SafePaths({ windows: false }).place("d/a:b?"), "d/a:b?");
});

Deno.test("SafePaths gives names that a file system may hold for the same another number", () => {
  const paths = new SafePaths();
  const names = ["é.txt", "e\u0301.txt", "É.TXT", "straße", "STRASSE", "ﬁ", "fi"];
  const places = names.map((name) => paths.place(`d/${name}`));
  assert.deepEqual(places.slice(0, 3), ["d/é.txt", "d/e\u0301 (1).txt", "d/É (2).TXT"]);
  assert.equal(places[4], "d/STRASSE (1)");
  assert.equal(places[6], "d/fi (1)");
  assert.equal(paths.place("D/x"), "D (1)/x");
  assert.equal(paths.place("d/new"), "d/new");
});

Deno.test("SafePaths keeps a file and a folder of the same name apart", () => {
  const paths = new SafePaths();
  assert.equal(paths.place("a"), "a");
  assert.equal(paths.place("a/b"), "a (1)/b");
  assert.equal(paths.place("a"), "a (2)");
  assert.equal(paths.placeFolder("a"), "a (1)");
});

Deno.test("SafePaths cuts a name that is too long, and keeps its extension", () => {
  const place = new SafePaths().place(`d/${"é".repeat(200)}.jpeg`);
  assert.ok(place.endsWith("é.jpeg"));
  assert.ok(new TextEncoder().encode(place).length <= 2 + 255);
  const root = new SafePaths().place(`${"x".repeat(255)}`);
  assert.ok(`${root}.part.map`.length <= 255);
});

Deno.test("numberedName() stays under the cap with any number", () => {
  const name = numberedName(`${"ü".repeat(120)}.tar.gz`, 999);
  assert.ok(name.endsWith(" (999).tar.gz"));
  assert.ok(new TextEncoder().encode(name).length <= 255);
});

/** Paths as an attacker would write them: harmful pieces more often than by chance. */
const piece = fc.oneof(
  fc.constantFrom("..", ".", "", "~", "C:", "con", "NUL.txt", "a", "A", " ", "..\\..", "\\", "\0"),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const hostilePath = fc.array(piece, { minLength: 1, maxLength: 5 }).map((names) => names.join("/"));

Deno.test("SafePaths refuses a path or gives one that stays inside, on every system", () => {
  fc.assert(
    fc.property(hostilePath, fc.boolean(), (path, windows) => {
      let place: string;
      try {
        place = new SafePaths({ windows }).place(path);
      } catch (error) {
        assert.ok(error instanceof TransferError && error.fault === "unsafe-name");
        return;
      }
      assert.ok(posix.resolve("/into", place).startsWith("/into/"));
      if (windows) assert.ok(win32.resolve("C:\\into", place).startsWith("C:\\into\\"));
      for (const name of place.split("/")) {
        assert.match(name, /[^. ]$/);
        assert.doesNotMatch(name, /[\\\0]/);
        assert.equal(displayName(name), name);
        assert.ok(new TextEncoder().encode(name).length <= 255);
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("SafePaths is as quick with one name 50,000 times as with 50,000 names", () => {
  const paths = new SafePaths();
  const startMs = performance.now();
  const places = new Set(Array.from({ length: 50_000 }, () => paths.place("photos/a.jpg")));
  assert.equal(places.size, 50_000);
  assert(performance.now() - startMs < 60_000, "it looks for a free number from the start");
});

Deno.test("SafePaths gives every path of an offer a place of its own", () => {
  fc.assert(fc.property(fc.array(hostilePath, { maxLength: 20 }), (offered) => {
    const paths = new SafePaths();
    const folded = new Set<string>();
    for (const path of offered) {
      let place: string;
      try {
        place = paths.place(path);
      } catch {
        continue; // refused: the test above looks at these
      }
      const key = place.normalize("NFC").toLowerCase();
      assert.ok(!folded.has(key), place);
      folded.add(key);
    }
  }));
});
