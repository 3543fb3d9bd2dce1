/** The combined status of a ref: GET /repos/{owner}/{repo}/commits/{ref}/status. Only the top level counts: each status has a state, too. */
import { ErrorCode } from "../errors/codes";
import { parseCount } from "../http/count";
import type { Response } from "../http/response";
import { type Board, type Bytes, Glow } from "../transport";
import { type BuildStatus, unknownStatus } from "./build-status";
import { JsonAt, type JsonBody, jsonBodyIsWhole, openJsonBody, truncatedMark } from "./json-body";
import { JsonEvent, JsonFlag } from "./json-state";
import { refusalOf } from "./refusal";

/** The key list: each key with its depth and length before it. The enum has its order. */
const combinedKeys = "\x01\x05state\x01\x0btotal_count\x01\x03sha\x01\x07message";

const enum Combined {
  state,
  totalCount,
  sha,
  message,
}

function takeCombined(this: JsonBody, start: number, length: number): void {
  const board = this.board;
  const ram = board.ram;
  const end = start + length;
  let at = start;
  while (at < end) {
    at += board.crypto(JsonAt.scan, at, end - at);
    const event = ram[JsonAt.event];
    if (event === JsonEvent.none || event === JsonEvent.failed) return;
    let text = event > JsonEvent.number ? "" : board.copyOut(JsonAt.text, JsonAt.text + ram[JsonAt.length]);
    if (text && ram[JsonAt.flags] & JsonFlag.truncated) text += truncatedMark;
    const f = this.now;
    const key = ram[JsonAt.key] - 1;
    if (f.values[key] !== undefined) f.repeated = true;
    f.values[key] = text;
  }
}

/** A body about to be read as a combined status, or as the message of a refusal. */
export function openCombinedStatus(board: Board): JsonBody {
  return openJsonBody(board, combinedKeys, 0, "", takeCombined);
}

function glowOfState(state: Bytes): Glow {
  if (state === "success") return Glow.success;
  if (state === "failure" || state === "error") return Glow.failure;
  return state === "pending" ? Glow.pending : Glow.unknown;
}

/** Judges a complete response. */
export function readCombinedStatus(b: JsonBody, response: Response): BuildStatus {
  const values = b.now.values;
  const state = values[Combined.state] || "";
  const statuses = parseCount(values[Combined.totalCount] || "", 10);
  let error = refusalOf(response);
  if (error) return unknownStatus(error, values[Combined.message] || "");
  if (!jsonBodyIsWhole(b)) error = ErrorCode.status_not_json;
  else if (b.now.repeated) error = ErrorCode.status_ambiguous;
  else if (!state || statuses < 0) error = ErrorCode.status_no_state;
  if (error) return unknownStatus(error, "");
  const glow = glowOfState(state);
  if (glow === Glow.unknown) error = ErrorCode.status_word_unknown;
  return {
    glow,
    error,
    statuses,
    checks: -1,
    sha: values[Combined.sha] || "",
    message: glow === Glow.unknown ? state : "",
    notModified: false,
  };
}
