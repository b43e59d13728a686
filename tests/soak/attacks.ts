/** All attacks, in the order in which they run. @module */
import type { Attack } from "./attack.ts";
import { steppingClock } from "./stepping_clock.ts";

/** Every attack there is. */
export const ATTACKS: readonly Attack[] = [steppingClock];
