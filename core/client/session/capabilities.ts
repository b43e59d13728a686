/**
 * The capabilities that the server offers, and those in use
 * (https://ircv3.net/specs/extensions/capability-negotiation).
 *
 * @module
 */
import type { Incoming } from "./incoming.ts";

/** The capabilities that this client uses if offered. */
const WANTED_CAPABILITIES: readonly string[] = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "cap-notify",
  "draft/account-registration",
  "draft/chathistory",
  "draft/multiline",
  "echo-message",
  "extended-join",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "sasl",
  "server-time",
  "setname",
  "standard-replies",
];

/** Result of {@linkcode Capabilities.accept}. */
export type CapabilityNews =
  /** The server will list more. */
  | { readonly kind: "more" }
  /** These are offered and wanted, but not in use yet. */
  | { readonly kind: "offered"; readonly request: readonly string[] }
  /** A request has been answered, or a capability was removed. */
  | { readonly kind: "settled" };

/** The capabilities of one connection. */
export class Capabilities {
  readonly #offered = new Map<string, string>();
  readonly #enabled = new Set<string>();

  /** Whether a capability is in use. */
  has(name: string): boolean {
    return this.#enabled.has(name);
  }

  /** Whether the server says which request its lines answer. */
  get hasLabels(): boolean {
    return this.has("labeled-response") && this.has("batch");
  }

  /** The value a capability was offered with; `""` when it has none, `undefined` when it is not offered. */
  valueOf(name: string): string | undefined {
    return this.#offered.get(name);
  }

  /** A number in a value such as `max-bytes=4096,max-lines=24`; `undefined` when absent. */
  limitOf(name: string, key: string): number | undefined {
    for (const part of (this.#offered.get(name) ?? "").split(",")) {
      const [found, number = ""] = part.split("=");
      if (found === key && /^\d{1,9}$/.test(number)) return Number(number);
    }
    return undefined;
  }

  /** Handles a CAP line of the server. */
  accept({ params }: Incoming): CapabilityNews {
    const [, verb = ""] = params;
    const names = (params.at(-1) ?? "").split(" ").filter((name) => name !== "");
    switch (verb.toUpperCase()) {
      case "LS":
        for (const name of names) this.#offer(name);
        return params[2] === "*" && params.length > 3 ? { kind: "more" } : this.#news();
      case "NEW":
        for (const name of names) this.#offer(name);
        return this.#news();
      case "ACK":
        for (const name of names) this.#switch(name);
        return { kind: "settled" };
      case "DEL":
        for (const name of names) {
          this.#offered.delete(name);
          this.#enabled.delete(name);
        }
        return { kind: "settled" };
      default:
        return { kind: "settled" };
    }
  }

  #offer(text: string): void {
    const equals = text.indexOf("=");
    if (equals < 0) this.#offered.set(text, "");
    else this.#offered.set(text.slice(0, equals), text.slice(equals + 1));
  }

  #switch(name: string): void {
    if (name.startsWith("-")) this.#enabled.delete(name.slice(1));
    else this.#enabled.add(name);
  }

  #news(): CapabilityNews {
    const request = WANTED_CAPABILITIES.filter((name) =>
      this.#offered.has(name) && !this.#enabled.has(name)
    );
    return { kind: "offered", request };
  }
}
