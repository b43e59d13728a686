/** A store behind a slow line, as one in another process would be. @module */
import { setImmediate } from "node:timers";
import type { MaybePromise } from "../../../core/ground/maybe_promise.ts";
import type { Store } from "../../../core/store/store.ts";

/** Settles when the next piece of the way is gone. */
export type Delay = () => Promise<void>;

/** The shortest way there is: a turn of the event loop. */
export const ONE_TURN: Delay = () => new Promise((resolve) => setImmediate(resolve));

/** One to four turns of the event loop. */
export const FEW_TURNS: Delay = async () => {
  for (let turns = 1 + Math.floor(Math.random() * 4); turns > 0; turns--) await ONE_TURN();
};

/**
 * Makes each answer of a store a promise. What is asked is done later, in the order of asking, and its answer comes later
 * still; what depends on the moment of the call ({@linkcode HistoryStore.query}) is read at once and answered later.
 */
export function delayedStore(store: Store, delay: Delay = ONE_TURN): Store {
  let last: Promise<unknown> = Promise.resolve();
  const later = <T>(act: () => MaybePromise<T>): Promise<T> => {
    const done = last.then(delay).then(act);
    last = done.catch(() => {}); // whoever asked hears of it
    return done.finally(delay);
  };
  const delayed = <P extends object>(part: P, atOnce: readonly string[] = []): P =>
    new Proxy(part, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function" || name === "append") return bound(member, target);
        return (...args: unknown[]) => {
          const act = () => member.apply(target, args);
          if (typeof name !== "string" || !atOnce.includes(name)) return later(act);
          const answer = act();
          return later(() => answer);
        };
      },
    });
  return {
    accounts: delayed(store.accounts),
    rooms: delayed(store.rooms),
    history: delayed(store.history, ["query"]),
    upkeep: delayed(store.upkeep),
    [Symbol.asyncDispose]: () => later(async () => await store[Symbol.asyncDispose]()),
  };
}

function bound(member: unknown, target: object): unknown {
  return typeof member === "function" ? member.bind(target) : member;
}
