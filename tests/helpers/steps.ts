/** Lives of state machines. @module */

/** All states of a life, from `first` on, and what was to be done. */
export interface Life<State, Effect> {
  readonly states: readonly State[];
  readonly effects: readonly Effect[];
  readonly last: State;
}

/** Takes one step for each input. */
export function runSteps<State, Input, Effect>(
  first: State,
  inputs: readonly Input[],
  step: (
    state: State,
    input: Input,
  ) => { readonly state: State; readonly effects: readonly Effect[] },
): Life<State, Effect> {
  const states = [first];
  const effects: Effect[] = [];
  let last = first;
  for (const input of inputs) {
    const next = step(last, input);
    last = next.state;
    states.push(last);
    effects.push(...next.effects);
  }
  return { states, effects, last };
}
