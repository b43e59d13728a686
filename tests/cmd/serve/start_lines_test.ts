import assert from "node:assert/strict";
import { startLines } from "../../../cmd/serve/start_lines.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { loadPemPair, writePemPair } from "../../../core/identity/pem_pair.ts";
import { tempDir } from "../../helpers/mod.ts";

Deno.test("startLines() names a way in that leads to the server", async (t) => {
  const cases: readonly [host: string | undefined, names: string[], shown: string][] = [
    [undefined, ["localhost"], "localhost"],
    [undefined, ["chat.example.org"], "chat.example.org"],
    ["0.0.0.0", ["localhost"], "localhost"],
    ["0.0.0.0", ["chat.example.org"], "chat.example.org"],
    ["0.0.0.0", ["chat"], "localhost"],
    ["::", ["chat", "192.0.2.7"], "192.0.2.7"],
    ["127.0.0.1", ["chat.example.org"], "localhost"],
    ["192.0.2.9", ["localhost"], "192.0.2.9"],
    ["192.0.2.9", ["chat.example.org"], "chat.example.org"],
  ];
  for (const [host, names, shown] of cases) {
    await t.step(
      `${host ?? "all addresses"}, a certificate for ${names.join(", ")}: ${shown}`,
      async () => {
        await using dir = await tempDir();
        await writePemPair(dir.path, await makeCertificate({ names, days: 2 }), { force: true });
        const certificate = await loadPemPair(dir.path);
        const options = {
          host,
          limits: "on",
          plain: undefined,
          plainHost: "",
          guests: undefined,
        } as const;
        const lines = startLines({ port: 9000, plainPort: 0 }, certificate, options);
        assert.equal(lines[0], "Chat server started on port 9000.");
        assert.equal(lines.at(-1), `Connect with: chat connect ${shown} 9000`);
      },
    );
  }
});
