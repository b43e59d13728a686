import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { testStore } from "../contract.ts";

testStore({ name: "SqliteStore", open: () => openStore(":memory:") });
