import assert from "node:assert/strict";
import {
  ListBudget,
  prepareOffer,
  receiveOffer,
  sendFiles,
  TransferError,
} from "../../../../core/peer/files/mod.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { connectLinks } from "./helpers.ts";

/** An offer with a list of so many files. */
async function manyFiles(folder: string, count: number) {
  for (let i = 0; i < count; i++) await Deno.writeTextFile(`${folder}/${"n".repeat(100)}${i}`, "");
  return await prepareOffer([folder]);
}

/** Offers it; the sender's error, if there is one, comes as `refused`. */
async function offered(offer: Awaited<ReturnType<typeof manyFiles>>, lists: ListBudget) {
  const [a, b] = await connectLinks();
  const refused = sendFiles(a, offer).then(() => undefined, (error: unknown) => error);
  return { incoming: await receiveOffer(b, { lists }), refused };
}

Deno.test("ListBudget is shared by all, and what is released can be taken again", () => {
  const budget = new ListBudget(10);
  const [one, other] = [budget.share(), budget.share()];
  assert.deepEqual([one.take(6), other.take(5), other.take(4)], [true, false, true]);
  one.release();
  one.release();
  assert.ok(one.take(1_000)); // it counts no more
  assert.deepEqual([other.take(7), other.take(6)], [false, true]);
});

Deno.test("an offer whose list finds no room beside others is refused, with the reason", async () => {
  await using folder = await tempDir();
  const offer = await manyFiles(folder.path, 100);
  const lists = new ListBudget(35_000); // each takes about 24,000
  const first = await offered(offer, lists);
  await first.incoming.sizes;
  const second = await offered(offer, lists);
  const gone = await second.incoming.gone;
  assert.equal(gone.fault, "too-many");
  await second.incoming.reject(gone.message);
  const error = await second.refused;
  assert.ok(error instanceof TransferError);
  assert.deepEqual([error.fault, error.message], [
    "refused",
    "The offer was declined: too many files wait for an answer",
  ]);

  first.incoming.close(); // as reject() and accept() do, it makes room
  assert.ok(await first.refused instanceof TransferError);
  const third = await offered(offer, lists);
  assert.equal((await third.incoming.sizes).length, 1);
  await third.incoming.reject();
  await third.refused;
});
