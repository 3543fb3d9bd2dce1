/** What a complete answer means. */
import { At } from "../crypto/workspace";
import { ErrorCode } from "../errors/codes";
import { usesChecks } from "../features";
import { Glow } from "../transport";
import { type AnswerResponse, Found, Key, Said } from "./answer";
import { Badness, type BuildStatus, glowOf, unknownStatus } from "./build-status";
import { JsonState, JsonStep } from "./json-state";
import { refusalOf } from "./refusal";

/**
 * Judges a complete answer that was not 304. @param isChecks whether it is a page of check runs; of this page, and no run at all is
 * status_no_builds with `checks` 0
 */
export function judgeAnswer(r: AnswerResponse, isChecks: boolean): BuildStatus {
  const s = r.now;
  const found = usesChecks && isChecks ? s[Found.worst] : s[Found.state];
  const count = usesChecks && isChecks ? s[Found.runs] : s[Found.count] - 1;
  const isThere = usesChecks && isChecks ? s[Found.seen] & (1 << Key.checkRuns) : found;
  let error = refusalOf(s);
  const word = r.texts[Said.word] || "";
  // A secondary limit, which may name no time.
  if (error === ErrorCode.status_forbidden && word.split("rate limit").length > 1) error = ErrorCode.status_rate_limited;
  if (error) return unknownStatus(error, word);
  if (r.board.ram[At.json + JsonState.step] !== JsonStep.end) error = ErrorCode.status_not_json;
  else if (s[Found.repeated]) error = ErrorCode.status_ambiguous;
  else if (!isThere || !s[Found.count]) error = ErrorCode.status_no_state;
  if (error) return unknownStatus(error, "");
  const glow = found ? glowOf(found) : Glow.unknown;
  if (found === Badness.unknown) error = ErrorCode.status_word_unknown;
  else if (!found) error = ErrorCode.status_no_builds;
  const status = unknownStatus(error, error ? word : "");
  status.glow = glow;
  status.sha = r.texts[Said.sha] || "";
  if (usesChecks && isChecks) status.checks = count;
  else status.statuses = count;
  return status;
}
