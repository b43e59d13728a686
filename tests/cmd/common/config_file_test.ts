import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError, parseConfig } from "../../../cmd/common/config_file.ts";

Deno.test("parseConfig() tells each key's line", () => {
  const toml =
    `# comment\n# slots = 1\nmotd = """\nslots = 2\n"""\n\nslots = 3\n"log-level" = 'info'\n[table]\n`;
  assert.deepEqual(
    parseConfig(toml, "toml").map(({ key, line }) => [key, line]),
    [["motd", 3], ["slots", 7], ["log-level", 8], ["table", 9]],
  );
  const json = `{\n  // comment "slots": 1\n  "motd": "\\"slots\\": 2",\n\n  "slots": [3, 4],\n}`;
  assert.deepEqual(parseConfig(json, "json"), [
    { key: "motd", value: '"slots": 2', line: 3 },
    { key: "slots", value: [3, 4], line: 5 },
  ]);
});

Deno.test("parseConfig() names the line of what it cannot read", () => {
  const table: [string, "toml" | "json", number][] = [
    ["a = 1\nb = \n", "toml", 2],
    ["a = 1\n\na = 2\n", "toml", 3],
    ['{\n"a": }', "json", 2],
    ['{\n"a": 1,\n"a": 2}', "json", 3],
    ["[]", "json", 1],
    ["", "json", 1],
  ];
  for (const [text, format, line] of table) {
    assert.throws(() => parseConfig(text, format), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.line, line, `${text}: ${error.message}`);
      return true;
    });
  }
});

Deno.test("parseConfig() throws nothing but ConfigError", () => {
  fc.assert(fc.property(fc.string(), fc.constantFrom("toml", "json"), (text, format) => {
    try {
      parseConfig(text, format);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
    }
  }));
});
