/** Reads answers as they come over a connection, for tests. */
import { expect } from "vitest";
import { openResponse, Progress, responseProgress, startResponse } from "../http/response";
import type { Bytes } from "../transport";
import { fakeBoard, playPiece, playProvisional } from "../transport.testing";
import { type AnswerResponse, startAnswer, takeAnswer } from "./answer";
import type { BuildStatus } from "./build-status";
import { judgeAnswer } from "./judgement";

export interface ReadAnswer {
  status: BuildStatus;
  response: AnswerResponse;
}

/**
 * Reads one answer that comes in chunks, each after a forgery where there are some, and judges it.
 * @param isChecks whether it is a page of check runs @param filter name of the runs that count
 */
export function readAnswer(chunks: Bytes[], isChecks: boolean, filter = "", forgeries: Bytes[] | null = null): ReadAnswer {
  const board = fakeBoard();
  const response = openResponse(board, takeAnswer) as AnswerResponse;
  startResponse(response);
  startAnswer(response, isChecks, filter);
  if (forgeries) playProvisional(board, response, chunks, forgeries);
  else for (const chunk of chunks) playPiece(board, response, chunk);
  expect(responseProgress(response)).toBe(Progress.complete);
  return { status: judgeAnswer(response, isChecks), response };
}
