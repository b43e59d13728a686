/** All attacks, in the order in which they run. @module */
import type { Attack } from "./attack.ts";
import { busyWork } from "./busy_work.ts";
import { descriptors } from "./descriptors.ts";
import { diskFull } from "./disk_full.ts";
import { endlessBytes } from "./endless_bytes.ts";
import { fuzzDoors } from "./fuzz_doors.ts";
import { hostilePeer } from "./hostile_peer.ts";
import { killUnderLoad } from "./kill_under_load.ts";
import { portScanner } from "./port_scanner.ts";
import { purge } from "./purge.ts";
import { relayMemory } from "./relay_memory.ts";
import { signInStorm } from "./sign_in_storm.ts";
import { steppingClock } from "./stepping_clock.ts";
import { strangers } from "./strangers.ts";

/** Every attack there is. */
export const ATTACKS: readonly Attack[] = [
  busyWork,
  descriptors,
  diskFull,
  endlessBytes,
  fuzzDoors,
  hostilePeer,
  killUnderLoad,
  purge,
  portScanner,
  relayMemory,
  signInStorm,
  steppingClock,
  strangers,
];
