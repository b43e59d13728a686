/** A client under test, and what it told. @module */
import {
  ChatClient,
  type ChatClientOptions,
  type ClientEvent,
  type DirectLinks,
  type DirectText,
  type LinkSetup,
} from "../../../core/client/mod.ts";
import { type Incoming, parseIncoming } from "../../../core/client/incoming.ts";
import type { InboxEvents } from "../../../core/client/inbox.ts";
import { within } from "../../helpers/deadline.ts";

/** Keeps what a client tells, and waits for it. */
export class EventLog {
  readonly all: ClientEvent[] = [];
  #changed = Promise.withResolvers<void>();

  readonly add = (event: ClientEvent): void => {
    this.all.push(event);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  };

  /** All events of these names. */
  of<N extends ClientEvent["event"]>(name: N): Extract<ClientEvent, { event: N }>[] {
    return this.all.filter((event): event is Extract<ClientEvent, { event: N }> =>
      event.event === name
    );
  }

  /** Waits for the first event of a name that fits, past or to come. */
  async wait<N extends ClientEvent["event"]>(
    name: N,
    fits: (event: Extract<ClientEvent, { event: N }>) => boolean = () => true,
  ): Promise<Extract<ClientEvent, { event: N }>> {
    for (;;) {
      const found = this.of(name).find(fits);
      if (found) return found;
      const explain = () => `No ${name}:\n${this.all.map((it) => JSON.stringify(it)).join("\n")}`;
      await within(this.#changed.promise, 30_000, explain);
    }
  }
}

/** A client that trusts every server and waits no longer than it must. */
export async function connectTo(
  address: ChatClientOptions["address"],
  options: Partial<ChatClientOptions> = {},
): Promise<{ client: ChatClient; events: EventLog }> {
  const events = new EventLog();
  const client = await ChatClient.connect({
    address,
    trust: () => {},
    onEvent: events.add,
    random: () => 0,
    ...options,
  });
  return { client, events };
}

/** Direct links whose other ends are up to the test. */
export class FakeLinks implements DirectLinks {
  readonly notes: [account: string, note: string][] = [];
  readonly sent: [account: string, message: DirectText][] = [];
  setup: LinkSetup | undefined;
  closed = false;
  verified = false;

  constructor(readonly answer: (account: string, message: DirectText) => Promise<void>) {}

  readonly open = (setup: LinkSetup): DirectLinks => {
    this.setup = setup;
    return this;
  };

  receive(account: string, note: string): void {
    this.notes.push([account, note]);
  }

  send(account: string, message: DirectText): Promise<void> {
    this.sent.push([account, message]);
    return this.answer(account, message);
  }

  openLink(): Promise<never> {
    return Promise.reject(new Error("These links carry messages only"));
  }

  isVerified(): Promise<boolean> {
    return Promise.resolve(this.verified);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** A line of a server, read. */
export function line(text: string): Incoming {
  const incoming = parseIncoming(text);
  if (incoming === undefined) throw new Error(`No line: ${text}`);
  return incoming;
}

/** Told what an inbox finds, and does nothing about it. */
export const silentInbox: InboxEvents = {
  emit: () => {},
  signedIn: () => {},
  signedOut: () => {},
  entered: () => {},
  leftRoom: () => {},
  cameOrWent: () => {},
  peerNote: () => {},
  acknowledged: () => {},
  privateThroughServer: () => {},
};
