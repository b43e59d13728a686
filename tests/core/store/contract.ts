/**
 * What every store has to do: each implementation runs all of it.
 *
 * @module
 */
import { testAccounts } from "./contract/accounts.ts";
import type { Contract } from "./contract/contract.ts";
import { testHistory } from "./contract/history.ts";
import { testHistoryAgainstModel } from "./contract/history_property.ts";
import { testRooms } from "./contract/rooms.ts";
import { testShownTimes } from "./contract/shown_times.ts";
import { testUpkeep } from "./contract/upkeep.ts";

/** Registers the tests of one implementation. */
export function testStore(contract: Contract): void {
  testAccounts(contract);
  testRooms(contract);
  testHistory(contract);
  testHistoryAgainstModel(contract);
  testShownTimes(contract);
  testUpkeep(contract);
}
