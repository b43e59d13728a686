/**
 * Reads the list of an offer.
 *
 * @module
 */
import { ProtocolError } from "../links/errors.ts";
import { type LinkReader, MAX_JSON_LINE_BYTES } from "../links/json_lines.ts";
import { TransferError } from "./errors.ts";
import { LIST_ENTRY_BYTES } from "./limits.ts";
import type { ListShare } from "./list_budget.ts";
import {
  type ListedFile,
  type ListPage,
  maxListBytes,
  type OfferLine,
  parseListPage,
} from "./wire.ts";

/**
 * Reads pages until the announced number of entries is complete.
 *
 * @param share The memory budget of the list.
 * @throws {ProtocolError} `cut`, or the list differs from the announcement. @throws {TransferError} `too-many`.
 */
export async function readList(
  reader: LinkReader,
  { files, folders }: Pick<OfferLine, "files" | "folders">,
  share: ListShare,
): Promise<ListPage> {
  const list = { files: new Array<ListedFile>(), folders: new Array<string>() };
  let bytesLeft = maxListBytes({ files, folders });
  while (list.files.length < files || list.folders.length < folders) {
    const line = await reader.readLine(MAX_JSON_LINE_BYTES);
    if (line === null) throw new ProtocolError("cut", "The link ended inside the list of files");
    bytesLeft -= line.length;
    const page = parseListPage(line);
    list.files.push(...page.files);
    list.folders.push(...page.folders);
    const isTooMuch = list.files.length > files || list.folders.length > folders;
    const entries = page.files.length + page.folders.length;
    if (bytesLeft < 0 || isTooMuch || entries === 0) {
      throw new ProtocolError("bad-shape", "The list of files is not as announced");
    }
    if (!share.take(line.length + LIST_ENTRY_BYTES * entries)) {
      throw new TransferError("too-many", "too many files wait for an answer");
    }
  }
  return list;
}
