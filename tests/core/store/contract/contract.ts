/** What the parts of the contract have in common. @module */
import type { MaybePromise } from "../../../../core/ground/maybe_promise.ts";
import type { Store } from "../../../../core/store/store.ts";

/** An implementation under test. */
export interface Contract {
  /** For the names of the tests. */
  readonly name: string;
  /** Opens an empty store. */
  readonly open: () => MaybePromise<Store>;
}
