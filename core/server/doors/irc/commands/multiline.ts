/**
 * BATCH: one message of several lines.
 *
 * https://ircv3.net/specs/extensions/multiline and https://ircv3.net/specs/extensions/client-batch
 *
 * @module
 */
import { CAP, MULTILINE_MAX_BYTES, MULTILINE_MAX_LINES } from "../../../../irc/caps.ts";
import type { Message } from "../../../../irc/message.ts";
import type { SaidKind } from "../../../hub/events.ts";
import {
  addLine,
  closeDraft,
  type DraftStep,
  type MultilineFault,
  openDraft,
} from "../session/multiline_draft.ts";
import { clientTags, mayTalk, sayTo } from "../session/say.ts";
import type { IrcSession } from "../session/session.ts";
import type { Commands } from "./command.ts";

export const batchCommands: Commands = {
  BATCH: { minParams: 1, run: batch },
};

function batch(session: IrcSession, { params, tags }: Message): void {
  const [mark = "", type = "", target = ""] = params;
  const ref = mark.slice(1);
  if (!mark.startsWith("+")) return end(session, ref);
  if (type !== "draft/multiline" || !session.view.has(CAP.MULTILINE | CAP.BATCH)) {
    const text = "Batches other than draft/multiline are not known";
    return session.reply.fail("BATCH", "UNKNOWN_TYPE", [], text);
  }
  const step = openDraft(session.batch?.draft, { ref, target, tags: clientTags(tags) });
  if (step.fault || !step.draft) return keep(session, step);
  session.batch = { draft: step.draft, answer: session.output.postponeAnswer() };
}

function end(session: IrcSession, ref: string): void {
  const { batch } = session;
  const { message, ...step } = closeDraft(batch?.draft, ref);
  keep(session, step);
  if (!message) return;
  const { target, ...utterance } = message;
  session.output.answerLate(batch?.answer, () => {
    if (mayTalk(session, "BATCH")) sayTo(session, target, utterance);
  });
}

/** Adds one line to a batch. */
export function addToDraft(session: IrcSession, { params, tags }: Message, as: SaidKind): void {
  const [target = "", text = ""] = params;
  const isContinued = tags["draft/multiline-concat"] !== undefined;
  const line = { ref: tags["batch"] ?? "", target, as, text, isContinued };
  keep(session, addLine(session.batch?.draft, line));
}

/** Stores the draft. A refusal answers the start of the open batch, if that has no answer yet. */
function keep(session: IrcSession, { draft, fault }: DraftStep): void {
  const { batch } = session;
  session.batch = draft && { draft, answer: batch?.answer };
  if (!fault) return;
  const [code, text, ...about] = failOf(fault);
  const answer = batch?.draft.at === "open" ? batch.answer : undefined;
  session.output.answerLate(answer, () => session.reply.fail("BATCH", code, about, text));
}

function failOf(fault: MultilineFault): readonly [code: string, text: string, ...about: string[]] {
  switch (fault.fault) {
    case "nested":
      return ["MULTILINE_INVALID", "Batch in a batch"];
    case "no-target":
      return ["MULTILINE_INVALID", "No target"];
    case "no-such-batch":
      return ["MULTILINE_INVALID", "No such batch"];
    case "no-text":
      return ["MULTILINE_INVALID", "Batch has no text"];
    case "other-batch":
      return ["MULTILINE_INVALID", "Line belongs to another batch"];
    case "other-target": {
      const text = "Line is for another target";
      return ["MULTILINE_INVALID_TARGET", text, fault.expected, fault.given];
    }
    case "mixed-kinds":
      return ["MULTILINE_INVALID", "Lines of one batch are of one kind"];
    case "empty-continuation":
      return ["MULTILINE_INVALID", "A line that is joined to another has text"];
    case "too-many-bytes": {
      const limit = String(MULTILINE_MAX_BYTES);
      return ["MULTILINE_MAX_BYTES", `Message is longer than ${limit} bytes`, limit];
    }
    case "too-many-lines": {
      const limit = String(MULTILINE_MAX_LINES);
      return ["MULTILINE_MAX_LINES", `Message has more than ${limit} lines`, limit];
    }
  }
}
