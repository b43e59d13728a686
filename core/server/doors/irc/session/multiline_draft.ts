/**
 * A multiline message that is being received (`draft/multiline`): a value and pure step functions.
 *
 * https://ircv3.net/specs/extensions/multiline
 *
 * @module
 */
import { encodedLength } from "../../../../ground/bytes.ts";
import { MULTILINE_MAX_BYTES, MULTILINE_MAX_LINES } from "../../../../irc/caps.ts";
import type { Tags } from "../../../../irc/message.ts";
import type { SaidKind } from "../../../hub/events.ts";

/** A message that is being received. */
export type MultilineDraft =
  | {
    readonly at: "open";
    readonly ref: string;
    readonly target: string;
    readonly tags: Tags;
    /** Set by the first line. */
    readonly as: TextKind | undefined;
    readonly text: string;
    /** Indexes into the text where lines were joined. */
    readonly cuts: readonly number[];
    readonly lines: number;
    readonly bytes: number;
  }
  /** Its remaining lines are ignored, up to its end. */
  | { readonly at: "refused"; readonly ref: string };

/** Kinds of messages that can have several lines. */
export type TextKind = Exclude<SaidKind, "signal">;

/** Why a batch is refused. */
export type MultilineFault =
  | { readonly fault: "nested" | "no-target" | "no-such-batch" | "no-text" }
  | { readonly fault: "other-batch" | "mixed-kinds" | "empty-continuation" }
  | { readonly fault: "other-target"; readonly expected: string; readonly given: string }
  | { readonly fault: "too-many-bytes" | "too-many-lines" };

/** The draft after a step; `fault` if it was refused. */
export interface DraftStep {
  readonly draft: MultilineDraft | undefined;
  readonly fault?: MultilineFault;
}

/** The draft after its end; `message` if it is to be sent. */
export interface DraftEnd extends DraftStep {
  readonly message?: Required<Pick<OpenDraft, "target" | "tags" | "text" | "cuts">> & {
    readonly as: TextKind;
  };
}

/** One line of a batch. */
export interface DraftLine {
  /** The batch in its tag. */
  readonly ref: string;
  readonly target: string;
  readonly as: SaidKind;
  readonly text: string;
  /** Whether it continues the previous line (`draft/multiline-concat`). */
  readonly isContinued: boolean;
}

type OpenDraft = Extract<MultilineDraft, { at: "open" }>;

/** Starts a batch. A batch refused earlier is forgotten. */
export function openDraft(
  draft: MultilineDraft | undefined,
  { ref, target, tags }: Pick<OpenDraft, "ref" | "target" | "tags">,
): DraftStep {
  if (draft?.at === "open") return refuse(draft, { fault: "nested" });
  if (target === "") return refuse(draft, { fault: "no-target" });
  const empty = { as: undefined, text: "", cuts: [], lines: 0, bytes: 0 };
  return { draft: { at: "open", ref, target, tags, ...empty } };
}

/**
 * Adds a line.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addLine, closeDraft, openDraft } from "./multiline_draft.ts";
 * const batch = { ref: "1", target: "#tea", tags: {} };
 * const line = { ref: "1", target: "#tea", as: "message", isContinued: false } as const;
 * const { draft } = openDraft(undefined, batch);
 * const first = addLine(draft, { ...line, text: "one" });
 * const second = addLine(first.draft, { ...line, text: "two" });
 * assert.equal(closeDraft(second.draft, "1").message?.text, "one\ntwo");
 * ```
 */
export function addLine(draft: MultilineDraft | undefined, line: DraftLine): DraftStep {
  if (draft?.at !== "open") return { draft };
  const { as, isContinued, target, text } = line;
  if (line.ref !== draft.ref) return refuse(draft, { fault: "other-batch" });
  if (target.toLowerCase() !== draft.target.toLowerCase()) {
    return refuse(draft, { fault: "other-target", expected: draft.target, given: target });
  }
  if (as === "signal" || (draft.as !== undefined && draft.as !== as)) {
    return refuse(draft, { fault: "mixed-kinds" });
  }
  if (isContinued && text === "") return refuse(draft, { fault: "empty-continuation" });
  const joint = draft.lines === 0 || isContinued ? "" : "\n";
  const cuts = isContinued && draft.lines > 0 ? [...draft.cuts, draft.text.length] : draft.cuts;
  const bytes = draft.bytes + joint.length + encodedLength(text);
  const lines = draft.lines + 1;
  if (bytes > MULTILINE_MAX_BYTES) return refuse(draft, { fault: "too-many-bytes" });
  if (lines > MULTILINE_MAX_LINES) return refuse(draft, { fault: "too-many-lines" });
  return { draft: { ...draft, as, text: draft.text + joint + text, cuts, lines, bytes } };
}

/** Ends a batch. */
export function closeDraft(draft: MultilineDraft | undefined, ref: string): DraftEnd {
  if (!draft || draft.ref !== ref) return refuse(draft, { fault: "no-such-batch" });
  if (draft.at === "refused") return { draft: undefined };
  const { as, text, cuts, target, tags } = draft;
  if (as === undefined || text.replaceAll("\n", "") === "") {
    return { draft: undefined, fault: { fault: "no-text" } };
  }
  return { draft: undefined, message: { as, text, cuts, target, tags } };
}

function refuse(draft: MultilineDraft | undefined, fault: MultilineFault): DraftStep {
  return { draft: draft && { at: "refused", ref: draft.ref }, fault };
}
