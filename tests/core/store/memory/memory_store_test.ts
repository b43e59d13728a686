import assert from "node:assert/strict";
import { MemoryStore } from "../../../../core/store/memory/memory_store.ts";
import { testStore } from "../contract.ts";

testStore({ name: "MemoryStore", open: () => new MemoryStore() });

Deno.test("MemoryStore says that it cannot be copied to a file", async () => {
  using store = new MemoryStore();
  await assert.rejects(store.upkeep.backup("/nowhere"), {
    name: "StoreError",
    fault: "unsupported",
  });
});
