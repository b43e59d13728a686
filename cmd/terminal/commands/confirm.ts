/** A question that is answered by yes or no. @module */
import type { Face } from "../face.ts";

/** Whether the person says yes. Anything but a yes or a no is asked about again; no answer at all is a no. */
export async function confirm(face: Face, question: string): Promise<boolean> {
  for (let prompt = `${question} (yes/no) `;; prompt = "Type yes or no: ") {
    const answer = (await face.ask(prompt))?.trim().toLowerCase();
    if (answer === "yes" || answer === "y") return true;
    if (answer === undefined || answer === "no" || answer === "n") return false;
  }
}
