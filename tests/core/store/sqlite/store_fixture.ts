/**
 * A process with a store: `deno run store_fixture.ts PATH commit|hold|backup`. "commit" stores two messages, buffers a
 * third and kills itself; "hold" keeps the store open until its standard input ends; "backup" copies it to PATH-copy.
 *
 * @module
 */
import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { message, verifier } from "../rows.ts";

const [path, what] = Deno.args;
if (path === undefined) throw new TypeError("Cannot run without a path");
using store = openStore(path);
if (what === "commit") {
  store.accounts.create("amy", verifier(), 1_000);
  store.history.append(message({ name: "1", time: 1_000 }));
  store.history.append(message({ name: "2", time: 2_000 }));
  store.history.commit();
  store.history.append(message({ name: "3", time: 3_000 }));
  Deno.kill(Deno.pid, "SIGKILL");
}
if (what === "backup") await store.upkeep.backup(`${path}-copy`);
console.log("open");
for await (const _ of Deno.stdin.readable); // until it ends
