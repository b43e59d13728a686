import assert from "node:assert/strict";
import fc from "fast-check";
import { FairQueue } from "../../../core/identity/fair_queue.ts";

Deno.test("FairLine loses nothing, doubles nothing, and lets no key wait for more than one item of each other", () => {
  const adds = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 60 });
  fc.assert(fc.property(adds, fc.nat(), (keys, left) => {
    const line = new FairQueue<string>();
    const items = keys.map((key, n) => ({ key, item: `${key}${n}` }));
    for (const { key, item } of items) line.add(key, item);
    const leaver = items[left % Math.max(1, items.length)];
    if (leaver) assert(line.delete(leaver.key, leaver.item));
    const staying = items.filter((one) => one !== leaver);
    const given: string[] = [];
    for (let item = line.next(); item !== undefined; item = line.next()) given.push(item);
    assert.deepEqual([...given].sort(), staying.map(({ item }) => item).sort());
    assert.equal(line.size, 0);
    for (const key of new Set(keys)) {
      const own = given.filter((item) => item.startsWith(key));
      const inOrder = staying.filter((one) => one.key === key).map(({ item }) => item);
      assert.deepEqual(own, inOrder);
      const first = given.findIndex((item) => item.startsWith(key));
      assert(first < new Set(keys).size, "a first item waits for one of each other key at most");
    }
  }));
});
