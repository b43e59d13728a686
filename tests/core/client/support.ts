/** A client under test, and what it told. @module */
import { toShown } from "../../../cmd/terminal/words/event_words.ts";
import type { ErrorShown, NoticeShown } from "../../../cmd/terminal/words/shown_event.ts";
import {
  ChatClient,
  type ChatClientOptions,
  type ClientEvent,
  type DirectLinks,
  type DirectText,
  type LinkSetup,
} from "../../../core/client/mod.ts";
import { type Incoming, parseIncoming } from "../../../core/client/session/incoming.ts";
import { within } from "../../helpers/deadline.ts";

/** An event of the client, or the sentence that a face makes of one. */
type LoggedEvent = ClientEvent | NoticeShown | ErrorShown;

/** Keeps what a client reports, each sentence of a face behind its event, and waits for it. */
export class EventLog {
  readonly all: LoggedEvent[] = [];
  #changed = Promise.withResolvers<void>();

  readonly add = (event: ClientEvent): void => {
    this.all.push(event);
    const shown = toShown(event);
    if (shown.event === "notice" || shown.event === "error") this.all.push(shown);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  };

  /** All events of these names. */
  of<N extends LoggedEvent["event"]>(name: N): Extract<LoggedEvent, { event: N }>[] {
    return this.all.filter((event): event is Extract<LoggedEvent, { event: N }> =>
      event.event === name
    );
  }

  /** Waits for the first event of a name that fits, past or to come. */
  async wait<N extends LoggedEvent["event"]>(
    name: N,
    fits: (event: Extract<LoggedEvent, { event: N }>) => boolean = () => true,
  ): Promise<Extract<LoggedEvent, { event: N }>> {
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
