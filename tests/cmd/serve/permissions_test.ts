import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import config from "../../../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

Deno.test("a server's permissions are fewer than the program's, and none of them starts programs", () => {
  const { chat, serve, tools: _, ...others } = config.permissions;
  assert.deepEqual(others, {});
  assert(!("run" in serve));
  const isWithin = (few: readonly string[], many: readonly string[]) =>
    few.length < many.length && few.every((one) => many.includes(one));
  assert(isWithin(serve.env.allow, chat.env.allow));
  assert(isWithin(serve.sys, chat.sys));
  assert.match(config.tasks.serve.command, / -P=serve /);
});

Deno.test("a server that may start programs gives that up", async () => {
  const code = `
    const { revokeRunPermission } = await import("${new URL(
    "../../../cmd/serve/permissions.ts",
    import.meta.url,
  )}");
    const { state } = Deno.permissions.querySync({ name: "run", command: "ffmpeg" });
    revokeRunPermission();
    try {
      new Deno.Command("ffmpeg").outputSync();
    } catch (error) {
      console.log(state, error.name);
    }`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=chat", "--config", "deno.json", "--no-prompt", url],
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "granted NotCapable\n");
});
