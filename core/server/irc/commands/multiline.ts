/**
 * BATCH: one message of several lines.
 *
 * https://ircv3.net/specs/extensions/multiline and https://ircv3.net/specs/extensions/client-batch
 *
 * @module
 */
import { CAP, MULTILINE_MAX_BYTES, MULTILINE_MAX_LINES } from "../../../irc/caps.ts";
import type { Message } from "../../../irc/message.ts";
import type { SaidKind } from "../../../hub/events.ts";
import { clientTags, mayTalk, sayTo } from "../say.ts";
import type { IrcSession } from "../session.ts";
import type { Commands } from "./command.ts";

export const batchCommands: Commands = {
  BATCH: { minParams: 1, run: batch },
};

const encoder = new TextEncoder();

function batch(session: IrcSession, { params, tags }: Message): void {
  const [mark = "", type = "", target = ""] = params;
  const ref = mark.slice(1);
  if (mark.startsWith("+")) {
    if (type !== "draft/multiline" || !session.has(CAP.MULTILINE | CAP.BATCH)) {
      return session.fail(
        "BATCH",
        "UNKNOWN_TYPE",
        [],
        "Batches other than draft/multiline are not known",
      );
    }
    const isNested = session.draft !== undefined && !session.draft.isRefused;
    if (isNested || target === "") {
      return refuse(session, "MULTILINE_INVALID", isNested ? "Batch in a batch" : "No target");
    }
    session.draft = {
      ref,
      target,
      tags: clientTags(tags),
      answer: session.output.postponeAnswer(),
      as: undefined,
      text: "",
      cuts: [],
      lines: 0,
      bytes: 0,
      isRefused: false,
    };
    return;
  }
  const { draft } = session;
  if (!draft || ref !== draft.ref) return refuse(session, "MULTILINE_INVALID", "No such batch");
  const { as, text, cuts, tags: own, isRefused, answer } = draft;
  if (!isRefused && (as === undefined || text.replaceAll("\n", "") === "")) {
    refuse(session, "MULTILINE_INVALID", "Batch has no text");
  } else if (!isRefused && as !== undefined) {
    session.output.answerLate(answer, () => {
      if (mayTalk(session, "BATCH")) sayTo(session, draft.target, { as, text, cuts, tags: own });
    });
  }
  session.draft = undefined;
}

/** Takes one line of a batch. */
export function addToDraft(session: IrcSession, { params, tags }: Message, as: SaidKind): void {
  const { draft } = session;
  if (!draft || draft.isRefused) return;
  const [target = "", text = ""] = params;
  if (tags["batch"] !== draft.ref) {
    return refuse(session, "MULTILINE_INVALID", "Line belongs to another batch");
  }
  if (target.toLowerCase() !== draft.target.toLowerCase()) {
    const targets = [draft.target, target];
    return refuse(session, "MULTILINE_INVALID_TARGET", "Line is for another target", targets);
  }
  if (as === "signal" || (draft.as !== undefined && draft.as !== as)) {
    return refuse(session, "MULTILINE_INVALID", "Lines of one batch are of one kind");
  }
  const isConcat = tags["draft/multiline-concat"] !== undefined;
  if (isConcat && text === "") {
    return refuse(session, "MULTILINE_INVALID", "A line that is joined to another has text");
  }
  draft.as = as;
  const joint = draft.lines === 0 || isConcat ? "" : "\n";
  if (isConcat && draft.lines > 0) draft.cuts.push(draft.text.length);
  draft.text += joint + text;
  draft.bytes += joint.length + encoder.encode(text).length;
  draft.lines++;
  if (draft.bytes > MULTILINE_MAX_BYTES) {
    const limit = String(MULTILINE_MAX_BYTES);
    refuse(session, "MULTILINE_MAX_BYTES", `Message is longer than ${limit} bytes`, [limit]);
  } else if (draft.lines > MULTILINE_MAX_LINES) {
    const limit = String(MULTILINE_MAX_LINES);
    refuse(session, "MULTILINE_MAX_LINES", `Message has more than ${limit} lines`, [limit]);
  }
}

/** Gives up the batch under way, if there is one: this is what its beginning is answered. */
function refuse(
  session: IrcSession,
  code: string,
  text: string,
  about: readonly string[] = [],
): void {
  const { draft } = session;
  const answer = draft?.isRefused ? undefined : draft?.answer;
  if (draft) draft.isRefused = true;
  session.output.answerLate(answer, () => session.fail("BATCH", code, about, text));
}
