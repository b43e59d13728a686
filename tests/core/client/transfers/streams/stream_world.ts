/** Clients whose streams are under test, and the links between them. @module */
import { MediaStreams } from "../../../../../core/client/mod.ts";
import { Offers } from "../../../../../core/client/transfers/offers.ts";
import type { MediaLink } from "../../../../../core/client/transfers/streams/active.ts";
import { type Clock, systemClock } from "../../../../../core/ground/clock.ts";
import { linkPair } from "../../../peer/streams/helpers.ts";
import { EventLog } from "../../support.ts";

/** A tone that never ends by itself. */
export const TONE = "ffmpeg:-f lavfi -i sine=440";

/** A client. */
export interface Person {
  readonly streams: MediaStreams;
  readonly offers: Offers;
  readonly events: EventLog;
}

/** Some clients, and the links between them. */
export class World implements AsyncDisposable {
  readonly people = new Map<string, Person>();
  /** Who cannot be reached, and why. */
  readonly unreachable = new Map<string, Error>();
  /** Ends of links to people who have no client here. */
  readonly outside: MediaLink[] = [];
  readonly #links = new DisposableStack();

  constructor(readonly folder: string, names: readonly string[], clock: Clock = systemClock) {
    for (const name of names) this.people.set(name, this.#person(name, clock));
  }

  of(name: string): Person {
    return this.people.get(name)!;
  }

  /** A link from somebody, whose other end the client of `to` has got. */
  async link(from: string, to: string): Promise<MediaLink> {
    const error = this.unreachable.get(to);
    if (error) throw error;
    const { ours, theirs } = this.#links.use(await linkPair());
    const dispose = { [Symbol.asyncDispose]: () => Promise.resolve() };
    const end = { ...theirs, account: from, ...dispose };
    const person = this.people.get(to);
    if (person) person.streams.receive(end);
    else this.outside.push(end);
    return { ...ours, account: to, ...dispose };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.people.values()].map(({ streams }) => streams.close()));
    this.#links.dispose();
  }

  #person(name: string, clock: Clock): Person {
    const events = new EventLog();
    const offers = new Offers({ emit: events.add });
    offers.defaultFolder = `${this.folder}/${name}`;
    const streams = new MediaStreams({
      ...{ clock, offers, events: { emit: events.add }, own: { account: name } },
      rooms: {
        get: (room) => {
          const names = [...this.people.keys(), "a guest"];
          return room === "#lobby"
            ? { members: new Map(names.map((name) => [name, name])) }
            : undefined;
        },
      },
      links: { openLink: (to) => this.link(name, to) },
    });
    return { streams, offers, events };
  }
}

/** The first offer of somebody else. */
export const theirOffer = ({ events }: Person) => events.wait("offer", ({ own }) => !own);
/** The first end of a stream. */
export const end = ({ events }: Person) => events.wait("stream", ({ state }) => state === "ended");
