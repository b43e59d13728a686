import assert from "node:assert/strict";
import {
  BatchCollector,
  labelOf,
  linesOf,
  MAX_BATCHED_LINES,
  MAX_OPEN_BATCHES,
} from "../../../../core/client/session/batches.ts";
import { line } from "../support.ts";

Deno.test("BatchCollector", async (t) => {
  await t.step("gives lines outside of batches at once", () => {
    assert.equal(new BatchCollector().accept(line("PING 1"))?.kind, "line");
  });

  await t.step("gives a batch with the one inside it when both have ended", () => {
    const batches = new BatchCollector();
    assert.equal(batches.accept(line("@label=7 BATCH +a labeled-response")), undefined);
    assert.equal(batches.accept(line("@batch=a BATCH +b chathistory #lobby")), undefined);
    assert.equal(batches.accept(line("@batch=b :amy!a@h PRIVMSG #lobby :one")), undefined);
    assert.equal(batches.accept(line(":bob!b@h PRIVMSG #lobby :live"))?.kind, "line");
    assert.equal(batches.accept(line("BATCH -b")), undefined);
    const unit = batches.accept(line("BATCH -a"));
    assert(unit?.kind === "batch");
    assert.equal(labelOf(unit), "7");
    assert.deepEqual([...linesOf(unit)].map(({ command }) => command), [
      "BATCH",
      "BATCH",
      "PRIVMSG",
    ]);
    const [inner] = unit.units;
    assert(inner?.kind === "batch");
    assert.deepEqual([inner.type, inner.params], ["chathistory", ["#lobby"]]);
  });

  await t.step("ignores the end of what never began, and shows lines of unknown batches", () => {
    const batches = new BatchCollector();
    assert.equal(batches.accept(line("BATCH -x")), undefined);
    assert.equal(batches.accept(line("@batch=x PING 1"))?.kind, "line");
  });

  await t.step("refuses more open batches, and longer ones, than anybody needs", () => {
    const many = new BatchCollector();
    for (let at = 0; at < MAX_OPEN_BATCHES; at++) many.accept(line(`BATCH +${at} x`));
    assert.throws(() => many.accept(line("BATCH +more x")), { fault: "too-many-batches" });

    const long = new BatchCollector();
    long.accept(line("BATCH +a x"));
    const inside = line("@batch=a PING 1");
    for (let at = 0; at < MAX_BATCHED_LINES; at++) long.accept(inside);
    assert.throws(() => long.accept(inside), { fault: "too-many-batched-lines" });
  });
});
