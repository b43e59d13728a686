import assert from "node:assert/strict";
import fc from "fast-check";
import {
  MAX_DATAGRAM_LINES,
  OPEN_INTAKE,
  stepUdpIntake,
  type UdpIntakeInput,
} from "../../../core/ptchat/udp_intake.ts";

const input: fc.Arbitrary<UdpIntakeInput> = fc.oneof(
  fc.nat(2 * MAX_DATAGRAM_LINES).map((index) => ({ kind: "line", index }) as const),
  fc.constant({ kind: "datagram-end" } as const),
  fc.boolean().map((isCrowded) => ({ kind: "crowded", isCrowded }) as const),
);

Deno.test("every line is taken, or reported as dropped once there is space again", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    let intake = OPEN_INTAKE;
    let [taken, told, lines] = [0, 0, 0];
    const end: UdpIntakeInput[] = [{ kind: "crowded", isCrowded: false }, { kind: "datagram-end" }];
    for (const each of [...inputs, ...end]) {
      const before = intake;
      const step = stepUdpIntake(intake, each);
      intake = step.intake;
      if (each.kind === "line") lines++;
      if (step.act.act === "report") told += step.act.notTaken;
      if (step.act.act !== "take") continue;
      taken++;
      assert(before.at === "open" && each.kind === "line" && each.index < MAX_DATAGRAM_LINES);
    }
    assert.equal(taken + told, lines);
    assert.deepEqual(intake, OPEN_INTAKE);
  }));
});

Deno.test("dropped lines are not reported while too many lines wait", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    let intake = OPEN_INTAKE;
    for (const each of inputs) {
      const step = stepUdpIntake(intake, each);
      intake = step.intake;
      if (intake.at === "crowded") assert.notEqual(step.act.act, "report");
      if (step.act.act === "report") assert(step.act.notTaken > 0);
    }
  }));
});
