/** How one client sees events, depending on its requested capabilities. @module */
import type { CapSet } from "../../../../irc/caps.ts";
import type { HubEvent } from "../../../hub/events.ts";
import type { EventFormatter, EventFormatters } from "./event_formatter.ts";

/** The capabilities of one client. */
export class CapabilityView {
  #formatters: EventFormatters;
  #formatter: EventFormatter;
  #caps: CapSet = 0;

  constructor(formatters: EventFormatters) {
    this.#formatters = formatters;
    this.#formatter = formatters.of(0);
  }

  /** The capabilities the client requested. */
  get caps(): CapSet {
    return this.#caps;
  }

  set caps(caps: CapSet) {
    this.#caps = caps;
    this.#formatter = this.#formatters.of(caps);
  }

  /** Whether all of these capabilities are enabled. */
  has(caps: CapSet): boolean {
    return (this.#caps & caps) === caps;
  }

  /** The lines of an event; `undefined` if the client does not receive it. */
  encode(event: HubEvent): Uint8Array | undefined {
    return this.#formatter.encode(event);
  }
}
