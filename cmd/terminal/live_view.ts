/** The current view of a client, for its faces and commands. @module */
import { type ClientView, FIRST_VIEW, stepView, type ViewInput } from "../../core/client/mod.ts";

/** Holds the view; every event goes through it before a face shows it. */
export class LiveView {
  #state = FIRST_VIEW;

  /** The view now. */
  get state(): ClientView {
    return this.#state;
  }

  /** The room that typed text goes to. */
  get room(): string | undefined {
    return this.#state.current;
  }

  /** Applies an event. */
  step(input: ViewInput): void {
    this.#state = stepView(this.#state, input);
  }
}
