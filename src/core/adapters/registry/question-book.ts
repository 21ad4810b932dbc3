import type { Row } from "../../ports/database.ts";
import { type Question, keyOf, questionOf } from "./answers-file.ts";

/** What was asked first since the opening: what a window asks first, it will ask first again. */
export interface QuestionBook {
  asked(question: Question, rows: readonly Row[]): void;
  /** Those of this opening in their order, then those of the one before that were not asked yet. */
  list(): readonly Question[];
}

/** What a tree with all its groups open asks, and a page beside it. */
const MOST = 64;
const MOST_ROWS = 1000;
/** Characters; what is longer names what another answer held, and is another one next time. */
const LONGEST = 4000;

/** Thousands of values as one text, which is read when nobody waits for it. */
const isWholeTable = ([first, second]: readonly Row[]): boolean =>
  first !== undefined &&
  second === undefined &&
  Object.values(first).some((value) => typeof value === "string" && value.length > LONGEST_TEXT);
const LONGEST_TEXT = 50_000;

/** @param before keys of the questions the opening before this one answered or was asked */
export function createQuestionBook(before: Iterable<string>): QuestionBook {
  const own = new Map<string, Question>();
  const older = [...before];
  return {
    asked: (question, rows) => {
      if (own.size >= MOST || rows.length > MOST_ROWS || isWholeTable(rows)) return;
      const key = keyOf(question);
      if (key.length <= LONGEST) own.set(key, question);
    },
    list: () => {
      const all = new Map(own);
      for (const key of older) {
        if (all.size >= MOST) break;
        const question = all.has(key) ? undefined : questionOf(key);
        if (question) all.set(key, question);
      }
      return [...all.values()];
    },
  };
}
