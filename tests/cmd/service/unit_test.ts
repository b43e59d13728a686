import assert from "node:assert/strict";
import { join } from "node:path";
import {
  formatUnit,
  isUnitName,
  quoteArgument,
  type UnitOptions,
} from "../../../cmd/service/unit.ts";
import { tempDir } from "../../helpers/mod.ts";

// /bin/true is there on every Linux: systemd checks that the program is.
const OPTIONS: UnitOptions = {
  program: "/bin/true",
  args: ["serve", "9000", "--motd", 'a "b" $c %d'],
  name: "chat",
  user: false,
  lowPort: false,
};
/** systemd's own word for a service that exposes little; it calls less than 3 "OK". */
const MOST_EXPOSURE = 3;

Deno.test("formatUnit() writes a unit that systemd accepts and calls well closed", async (t) => {
  for (
    const [name, options] of [
      ["system", OPTIONS],
      ["low port", { ...OPTIONS, lowPort: true }],
      ["folders elsewhere", { ...OPTIONS, writable: ["/srv/chat", '/srv/a "b" 100%\\$c'] }],
      ["user", { ...OPTIONS, user: true }],
    ] as const
  ) {
    await t.step(name, async () => {
      await using dir = await tempDir();
      const path = join(dir.path, "chat.service");
      await Deno.writeTextFile(path, formatUnit(options));
      const manager = options.user ? ["--user"] : [];
      const verified = await analyze([...manager, "verify", path], dir.path);
      assert.deepEqual([verified.code, verified.text], [0, ""]);
      if (options.user) return;
      const { text } = await analyze(["security", "--offline=true", "--no-pager", path], dir.path);
      const exposure = Number(/exposure level for chat\.service: ([\d.]+)/.exec(text)?.[1]);
      assert.ok(exposure < MOST_EXPOSURE, text);
    });
  }
});

Deno.test("formatUnit() refuses a relative program and a strange name", () => {
  assert.throws(() => formatUnit({ ...OPTIONS, program: "chat" }), TypeError);
  assert.throws(() => formatUnit({ ...OPTIONS, name: "a b" }), TypeError);
  assert.ok(isUnitName("chat-2") && !isUnitName("Chat") && !isUnitName("../chat"));
});

Deno.test("quoteArgument() leaves nothing for systemd to interpret but its own folders", () => {
  assert.equal(quoteArgument("--slots"), "--slots");
  assert.equal(quoteArgument("%S/chat/100%"), "%S/chat/100%%");
  assert.equal(quoteArgument("%i $HOME"), '"%%i $$HOME"');
  assert.equal(quoteArgument('a"b\\'), '"a\\"b\\\\"');
  assert.equal(quoteArgument(";"), '";"');
  assert.equal(quoteArgument(""), '""');
  assert.throws(() => quoteArgument("a\nExecStartPre=/bin/sh"), TypeError);
});

async function analyze(args: readonly string[], runtimeDir: string) {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [...args],
    env: { XDG_RUNTIME_DIR: runtimeDir },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return { code, text };
}
