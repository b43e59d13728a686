import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MULTILINE_MAX_BYTES, MULTILINE_MAX_LINES } from "../../../../../../core/irc/caps.ts";
import {
  addLine,
  closeDraft,
  type DraftLine,
  type MultilineDraft,
  openDraft,
} from "../../../../../../core/server/doors/irc/session/multiline_draft.ts";

const BATCH = { ref: "1", target: "#tea", tags: {} };
const LINE: DraftLine = {
  ...{ ref: "1", target: "#tea", as: "message", text: "x", isContinued: false },
};

function opened(...lines: readonly Partial<DraftLine>[]): MultilineDraft | undefined {
  let { draft } = openDraft(undefined, BATCH);
  for (const line of lines) ({ draft } = addLine(draft, { ...LINE, ...line }));
  return draft;
}

Deno.test("lines of a batch become one text, which keeps where continued lines were cut", () => {
  const draft = opened({ text: "one" }, { text: "two " }, { text: "three", isContinued: true });
  const { message, ...end } = closeDraft(draft, "1");
  assert.deepEqual(end, { draft: undefined });
  assert.deepEqual(message, {
    ...{ as: "message", text: "one\ntwo three", cuts: [8], target: "#tea", tags: {} },
  });
});

Deno.test("a line that does not belong to the batch refuses it", async (t) => {
  const faults: Record<string, [Partial<DraftLine>, object]> = {
    "another batch": [{ ref: "2" }, { fault: "other-batch" }],
    "another target": [
      { target: "#x" },
      { fault: "other-target", expected: "#tea", given: "#x" },
    ],
    "another kind": [{ as: "notice" }, { fault: "mixed-kinds" }],
    "tags alone": [{ as: "signal" }, { fault: "mixed-kinds" }],
    "an empty continuation": [
      { isContinued: true, text: "" },
      { fault: "empty-continuation" },
    ],
    "too many bytes": [{ text: "x".repeat(MULTILINE_MAX_BYTES) }, { fault: "too-many-bytes" }],
  };
  for (const [name, [line, fault]] of Object.entries(faults)) {
    await t.step(name, () => {
      const step = addLine(opened({}), { ...LINE, ...line });
      assert.deepEqual(step, { draft: { at: "refused", ref: "1" }, fault });
      assert.deepEqual(addLine(step.draft, LINE), { draft: step.draft });
      assert.deepEqual(closeDraft(step.draft, "1"), { draft: undefined });
    });
  }
});

Deno.test("the case of the target does not matter", () => {
  assert.equal(addLine(opened(), { ...LINE, target: "#TEA" }).fault, undefined);
});

Deno.test("a batch has no more lines than it may", () => {
  const full = opened(...Array.from({ length: MULTILINE_MAX_LINES }, () => ({})));
  assert.equal(full?.at, "open");
  assert.deepEqual(addLine(full, LINE).fault, { fault: "too-many-lines" });
});

Deno.test("a batch in a batch, without a target, without text or without a beginning is refused", () => {
  assert.deepEqual(openDraft(opened(), BATCH).fault, { fault: "nested" });
  assert.deepEqual(openDraft(undefined, { ...BATCH, target: "" }), {
    draft: undefined,
    fault: { fault: "no-target" },
  });
  assert.deepEqual(closeDraft(undefined, "1").fault, { fault: "no-such-batch" });
  assert.deepEqual(closeDraft(opened({}), "2").fault, { fault: "no-such-batch" });
  assert.deepEqual(closeDraft(opened(), "1").fault, { fault: "no-text" });
  assert.deepEqual(closeDraft(opened({ text: "" }, { text: "" }), "1").fault, {
    fault: "no-text",
  });
});

Deno.test("a batch that was refused makes room for another one", () => {
  const { draft } = addLine(opened(), { ...LINE, ref: "2" });
  assert.equal(draft?.at, "refused");
  assert.equal(openDraft(draft, { ...BATCH, ref: "3" }).draft?.at, "open");
});

Deno.test("whatever lines come, a message that is sent is within its limits and has text", () => {
  const line = fc.record({
    ref: fc.constantFrom("1", "2"),
    target: fc.constantFrom("#tea", "#TEA"),
    as: fc.constantFrom("message" as const, "message" as const, "notice" as const),
    text: fc.string({ maxLength: 40 }),
    isContinued: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(line), (lines) => {
    const { message } = closeDraft(opened(...lines), "1");
    if (!message) return;
    assert.notEqual(message.text.replaceAll("\n", ""), "");
    assert(new TextEncoder().encode(message.text).length <= MULTILINE_MAX_BYTES);
    assert(message.cuts.every((cut) => cut >= 0 && cut <= message.text.length));
  }));
});
