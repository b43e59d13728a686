import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DisplayEvent,
  type DisplayState,
  stepDisplay,
} from "../../../../cmd/terminal/screen/display_state.ts";

const event = fc.constantFrom<DisplayEvent>("lend", "resume", "finish", "close");

Deno.test("stepDisplay() never leaves closed, and draws no more once it finishes", () => {
  fc.assert(fc.property(fc.array(event), (events) => {
    const states: DisplayState[] = ["drawing"];
    for (const each of events) states.push(stepDisplay(states.at(-1)!, each) ?? states.at(-1)!);
    const finished = states.findIndex((state) => state === "finishing" || state === "closed");
    if (finished < 0) return;
    assert(states.slice(finished).every((state) => state === "finishing" || state === "closed"));
    const closed = states.indexOf("closed");
    assert(closed < 0 || states.slice(closed).every((state) => state === "closed"));
  }));
});

Deno.test("stepDisplay() finishes and closes once", () => {
  assert.equal(stepDisplay("lent", "finish"), "finishing");
  assert.equal(stepDisplay("finishing", "finish"), undefined);
  assert.equal(stepDisplay("finishing", "close"), "closed");
  assert.equal(stepDisplay("closed", "close"), undefined);
});
