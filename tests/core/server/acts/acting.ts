/** A server without ports, and sessions that remember what they were sent: for tests of acts. @module */
import assert from "node:assert/strict";
import { GivenSecrets } from "../../../../core/identity/given_secrets.ts";
import type { Actor } from "../../../../core/server/acts/actor.ts";
import type { ServerContext } from "../../../../core/server/acts/context.ts";
import { enterHub } from "../../../../core/server/acts/enter.ts";
import { checkSignIn, completeSignIn } from "../../../../core/server/acts/sign_in.ts";
import type { HubEvent, SessionId } from "../../../../core/server/hub/events.ts";
import type { Room, User } from "../../../../core/server/hub/types.ts";
import type { StoredState } from "../../../../core/server/keep/stored_state.ts";
import { ChatServer } from "../../../../core/server/server.ts";
import type { ServerOptions } from "../../../../core/server/server_options.ts";
import { MemoryStore } from "../../../../core/store/memory/memory_store.ts";
import { ITERATIONS, PASSWORD } from "../serving.ts";

/** The state of an empty store. */
const NOTHING_STORED: StoredState = {
  bans: [],
  known: [],
  rooms: [],
  lastStamp: 0,
  notedTime: undefined,
};

/** A session of no door. */
export class FakeActor implements Actor {
  readonly id: SessionId;
  user: User | undefined;
  readonly door = "irc";
  readonly address = "192.0.2.7";
  readonly isUnconfirmed = false;
  readonly secrets = new GivenSecrets();
  readonly pendingBytes = 0;
  readonly heard: HubEvent[] = [];
  /** What became of its slot, in order. */
  readonly slotCalls: string[] = [];
  readonly slot = {
    settle: () => void this.slotCalls.push("settle"),
    welcome: () => void this.slotCalls.push("welcome"),
  };
  /** Rooms it was shown. */
  readonly shown: string[] = [];
  closedWith: string | undefined;
  #gone = new AbortController();
  #server: ServerContext;

  constructor(server: ServerContext) {
    this.#server = server;
    this.id = server.hub.newSessionId();
    server.directory.add(this);
  }

  get account(): string | undefined {
    return this.user?.account;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  deliver(event: HubEvent): void {
    this.heard.push(event);
  }

  announce(): void {}

  showRoom({ name }: Room): void {
    this.shown.push(name);
  }

  check(): void {}

  close(reason: string): void {
    this.closedWith = reason;
    this.#gone.abort();
    this.#server.directory.forget(this);
    this.#server.hub.leave(this, reason);
  }

  /** The kinds of the events it was sent since it was asked last. */
  takeKinds(): string[] {
    return this.heard.splice(0).map(({ kind }) => kind);
  }
}

/** A server for acts, with guests unless told. */
export interface Acting extends AsyncDisposable {
  readonly server: ServerContext;
  /** Makes an account, with the password {@linkcode PASSWORD}. */
  register(name: string): Promise<void>;
  /** A guest who has entered. */
  guest(nick: string): FakeActor;
  /** A session that has signed in to an account and entered. */
  member(account: string): Promise<FakeActor>;
}

/** Builds a server that listens nowhere. */
export function acting(options: Partial<ServerOptions> = {}): Acting {
  const store = new MemoryStore();
  const chat = new ChatServer({
    store,
    slots: 20,
    guests: true,
    limits: false,
    name: "irc.test",
    iterations: ITERATIONS,
    ...options,
  }, NOTHING_STORED);
  const server = chat.context;
  return {
    server,
    async register(name) {
      const claim = { name, password: PASSWORD, address: "192.0.2.1" };
      assert.equal((await server.accounts.register(claim)).state, "ok");
    },
    guest(nick) {
      const actor = new FakeActor(server);
      assert.deepEqual(enterHub(server, actor, { nick }), { state: "entered" });
      return actor;
    },
    async member(account) {
      const actor = new FakeActor(server);
      const checked = await checkSignIn(server, actor, { name: account, password: PASSWORD });
      assert.equal((await completeSignIn(server, actor, checked)).state, "admitted");
      const entered = enterHub(server, actor, { nick: account, account });
      assert.deepEqual(entered, { state: "entered" });
      return actor;
    },
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      store[Symbol.dispose]();
    },
  };
}
