/** Clients that only write to each other. @module */
import {
  type IncomingText,
  type PeerLink,
  TextLinks,
  type TextTimes,
} from "../../../../core/peer/mod.ts";
import type { FakeClock } from "../fake_clock.ts";
import type { TestClient, Wire } from "../support.ts";

/** A client with its text links, and all that came to it. */
export interface Talker extends AsyncDisposable {
  readonly client: TestClient;
  readonly texts: TextLinks;
  readonly received: IncomingText[];
  /** Every link, either way, as it appears. */
  readonly links: PeerLink[];
}

/** Joins with text links. */
export async function talker(
  wire: Wire,
  account: string,
  clock?: FakeClock,
  times: Partial<TextTimes> = {},
  isNeeded: () => boolean = () => false,
): Promise<Talker> {
  const client = await wire.join(account, { handle: [], ...(clock ? { clock } : {}) });
  const links: PeerLink[] = [];
  const { service } = client;
  const texts = new TextLinks({
    peers: {
      open: async (...args) => {
        const link = await service.open(...args);
        links.push(link);
        return link;
      },
      onLink: (handler, purpose) =>
        service.onLink((link) => {
          links.push(link);
          handler(link);
        }, purpose),
    },
    ...(clock ? { clock } : {}),
    times,
    isNeeded,
  });
  const received: IncomingText[] = [];
  texts.onMessage((message) => received.push(message));
  return {
    client,
    texts,
    received,
    links,
    async [Symbol.asyncDispose]() {
      await texts[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}
