import assert from "node:assert/strict";
import { join } from "node:path";
import { fileLinkOf } from "../../../../../core/peer/files/mod.ts";
import { PeerError } from "../../../../../core/peer/mod.ts";
import { tempDir } from "../../../../helpers/temp_dir.ts";
import { connect } from "../../../peer/files/helpers.ts";
import { World } from "./files_world.ts";

Deno.test("offers to one person arrive in the order in which they were made", async (t) => {
  await using folder = await tempDir();
  const one = (name: string) => `["${name}",1,0,false]`;
  const offerLine = (id: string, name: string) =>
    `{"v":1,"type":"offer","id":"${id}","kind":"file","names":["${name}"],"roots":1,"files":1,"folders":0,"bytes":1}\n`;
  const listLine = (name: string) => `{"type":"list","files":[${one(name)}],"folders":[]}\n`;

  await t.step("though the link of the first takes longer", async () => {
    await using world = new World(folder.path);
    const { amy, bob } = world;
    const [slow, quick] = [await world.file("slow.bin", 10), await world.file("quick.bin", 10)];
    const gate = Promise.withResolvers<void>();
    world.gates.push(gate.promise);
    await amy.files.send("bob", [slow.path]);
    await amy.files.send("bob", [quick.path]);
    gate.resolve();
    await bob.events.wait("offer", ({ names }) => names[0] === "quick.bin");
    const numbers = bob.events.of("offer").map(({ number, names }) => [number, names[0]]);
    assert.deepEqual(numbers, [[1, "slow.bin"], [2, "quick.bin"]]);
    bob.offers.accept(2); // nobody waits for an answer to the first
    await bob.events.wait("received");
  });

  await t.step("though the first cannot be reached", async () => {
    await using world = new World(folder.path);
    const { amy, bob } = world;
    const [first, second] = [await world.file("first.bin", 10), await world.file("2.bin", 10)];
    world.fates.push(new PeerError({ kind: "unreachable", account: "bob" }));
    await amy.files.send("bob", [first.path]);
    await amy.files.send("bob", [second.path]);
    await bob.events.wait("offer", ({ names }) => names[0] === "2.bin");
  });

  await t.step("though there is more to be looked through", async () => {
    await using world = new World(folder.path);
    const many = join(folder.path, "many");
    await Deno.mkdir(many);
    for (let i = 0; i < 50; i++) await Deno.writeTextFile(join(many, `${i}`), "");
    const { path } = await world.file("few.bin", 10);
    const offers = [world.amy.files.send("bob", [many]), world.amy.files.send("bob", [path])];
    assert.deepEqual((await Promise.all(offers)).map(({ number }) => number), [1, 2]);
  });

  await t.step("though the first says later what it is", async () => {
    await using world = new World(folder.path);
    const { bob } = world;
    const links = [await connect(), await connect()];
    const write = (at: number, text: string) => links[at]![0].write(new TextEncoder().encode(text));
    for (const [, b] of links) {
      bob.files.receive({ ...fileLinkOf(b), account: "amy", pin: "pin of amy" });
    }
    await write(1, offerLine("offer-two", "two") + listLine("two"));
    await write(0, offerLine("offer-one", "one") + listLine("one"));
    await bob.events.wait("offer", ({ id }) => id === "offer-two");
    assert.deepEqual(bob.events.of("offer").map(({ id }) => id), ["offer-one", "offer-two"]);
    for (const [a] of links) a.close();
  });
});
