import { MemoryStore } from "../../../core/store/memory/memory_store.ts";
import { testStore } from "./contract.ts";
import { delayedStore } from "./delayed_store.ts";

testStore({ name: "a store behind a slow line", open: () => delayedStore(new MemoryStore()) });
