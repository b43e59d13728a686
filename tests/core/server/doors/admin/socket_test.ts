import assert from "node:assert/strict";
import { join } from "node:path";
import { askServer } from "../../../../../core/server/doors/admin/client.ts";
import { adminSocketPath } from "../../../../../core/server/doors/admin/protocol.ts";
import { listenForAdmin } from "../../../../../core/server/doors/admin/socket.ts";
import { tempDir } from "../../../../helpers/mod.ts";
import { serving } from "../../serving.ts";
import { administered, isFault } from "./administered.ts";

/** Sends bytes and gives all that comes back. */
async function exchange(path: string, text: string): Promise<string> {
  using conn = await Deno.connect({ transport: "unix", path });
  await conn.write(new TextEncoder().encode(text));
  await conn.closeWrite();
  return await new Response(conn.readable).text();
}

Deno.test("the socket is its owner's alone", async () => {
  await using admin = await administered();
  const { mode } = await Deno.stat(admin.path);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  const names = Array.from(Deno.readDirSync(admin.folder), ({ name }) => name);
  assert.deepEqual(names, ["admin.sock"]);
});

Deno.test("the socket replaces what a dead server left, and goes with its own", async () => {
  await using folder = await tempDir();
  await using chat = await serving();
  const path = adminSocketPath(folder.path);
  // As after kill -9: the name is there, nobody listens.
  const dead = Deno.listen({ transport: "unix", path: `${path}.dead` });
  await Deno.rename(`${path}.dead`, path);
  dead.close();
  await assert.rejects(askServer(path, "users", {}), isFault("no-server"));
  {
    await using _ = listenForAdmin(chat.server.context, path);
    assert.deepEqual(await askServer(path, "users", {}), []);
  }
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  await assert.rejects(
    askServer(path, "users", {}),
    isFault("no-server", /^No server is running: nothing listens at /),
  );
});

Deno.test("the socket answers garbage, and closes on a line without an end", async () => {
  await using admin = await administered();
  const refused = '{"v":1,"ok":false,"fault":"bad-request","message":"Not a line of JSON"}\n';
  assert.equal(await exchange(admin.path, "hello\n\n"), refused.repeat(2));
  assert.equal(await exchange(admin.path, '{"v":1,"command":"users"}'), ""); // cut in the middle
  assert.equal(await exchange(admin.path, "\xff\xfe\n".repeat(2)), refused.repeat(2));
  await assert.rejects(exchange(admin.path, "x".repeat(1 << 20)), /Broken pipe|reset/);
  assert.deepEqual(await admin.ask("users", {}), []);
});

Deno.test("a path too long for a socket is named", async () => {
  await using folder = await tempDir();
  await using chat = await serving();
  const deep = join(folder.path, "d".repeat(120));
  await Deno.mkdir(deep);
  assert.throws(
    () => listenForAdmin(chat.server.context, adminSocketPath(deep)),
    isFault("unsupported", /^Cannot listen at /),
  );
  assert.deepEqual(Array.from(Deno.readDirSync(deep)), []);
});
