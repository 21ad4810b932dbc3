import { statSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Row, Value } from "../../ports/database.ts";
import { durableReplace } from "../durable-replace.ts";
import { type Answers, encodeAnswers, encodeRows, keyOf } from "./answers-file.ts";
import { answersFile } from "./names.ts";
import type { QuestionBook } from "./question-book.ts";
import type { SnapshotMark } from "./snapshot-file.ts";

/** Characters of rows at most: they are read, and hashed, before the first answer is given. */
const LARGEST = 2 ** 21;

/** A snapshot that holds everything there is. */
export interface WholeSnapshot {
  readonly file: string;
  readonly mark: SnapshotMark;
  /** Every segment → bytes of it that count. */
  readonly journal: Readonly<Record<string, number>>;
}

/** Writes what was asked first, answered from the snapshot, beside it; nothing where that lies there already. */
export type KeepAnswers = (of: WholeSnapshot, isStill: () => boolean) => Promise<void>;

/** @param before what lies beside the snapshot `file`, if it is believed */
export function createAnswerKeeper(
  folders: { readonly snapshots: string; readonly journal: string },
  book: QuestionBook,
  query: (statement: string, parameters: readonly Value[]) => readonly Row[],
  before: { readonly file: string; readonly answers: Answers } | undefined,
): KeepAnswers {
  const signature = (file: string, keys: Iterable<string>): string => [file, ...keys].join("\n");
  let lying = before && signature(before.file, before.answers.rows.keys());
  return async ({ file, mark, journal }, isStill) => {
    const questions = book.list();
    const wanted = signature(file, questions.map(keyOf));
    if (questions.length === 0 || wanted === lying) return;
    const rows = new Map<string, string>();
    let size = 0;
    for (const question of questions) {
      // A commit goes first, and what was answered before it is worth nothing then.
      await turn();
      if (!isStill()) return;
      const text = answerTo(question.statement, question.parameters, query);
      if (text === undefined || size + text.length > LARGEST) continue;
      size += text.length;
      rows.set(keyOf(question), text);
    }
    const whole = Object.entries(journal).filter(
      ([name, counted]) => sizeOf(path.join(folders.journal, name)) === counted,
    );
    const of = { ...mark, journal: Object.fromEntries(whole) };
    await durableReplace(path.join(folders.snapshots, answersFile(file)), encodeAnswers({ of, rows }));
    lying = wanted;
  };
}

/** undefined where it cannot be told as text, or is no question any more. */
function answerTo(
  statement: string,
  parameters: readonly Value[],
  query: (statement: string, parameters: readonly Value[]) => readonly Row[],
): string | undefined {
  try {
    return encodeRows(query(statement, parameters));
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
