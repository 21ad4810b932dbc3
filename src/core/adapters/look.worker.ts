import { type Stats, lstatSync, statSync } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { isFault, reasonOf } from "../util/faults.ts";
import {
  FACTS_EACH,
  FOUND,
  type FromLookThread,
  type IsThere,
  MARKS,
  type ToLookThread,
  lookedKinds,
} from "./look-messages.ts";
import { isAbsence, kindOf } from "./node-disk-look.ts";
import { asUnreadable } from "./node-files.ts";

// Looks at many paths at once. Here nobody waits for anything else, so that no call needs a promise, and no path that is
// absent an error: of a fast disk that is most of what it takes.

/** Milliseconds a path. A slower disk, as one behind a network, is asked for several at a time. */
const SLOW = 0.2;
const AT_A_TIME = 128;

const port = parentPort;
if (!port) throw new Error("the disk is looked at in a thread");

interface Answer {
  readonly facts: Float64Array<ArrayBuffer>;
  readonly reasons: Map<number, string>;
}

function note({ facts }: Answer, index: number, found: Stats | undefined): void {
  const kind = found ? kindOf(found) : "absent";
  facts.set(
    [
      lookedKinds.indexOf(kind),
      found?.size ?? 0,
      Math.floor(found?.mtimeMs ?? 0),
      found?.dev ?? 0,
      found?.ino ?? 0,
      found?.nlink ?? 0,
    ],
    index * FACTS_EACH,
  );
}

function noteError(answer: Answer, index: number, path: string, error: unknown): void {
  if (isAbsence(error)) return note(answer, index, undefined);
  const told = asUnreadable(path, error);
  answer.facts[index * FACTS_EACH] = lookedKinds.indexOf("unreadable");
  answer.reasons.set(index, isFault(told, "fileUnreadable") ? told.fault.reason : reasonOf(told));
}

/** Gives how long it took. */
function lookNow(answer: Answer, some: readonly (readonly [number, string])[]): number {
  const start = performance.now();
  for (const [index, path] of some) {
    try {
      note(answer, index, lstatSync(path, { throwIfNoEntry: false }));
    } catch (error) {
      noteError(answer, index, path, error);
    }
  }
  return performance.now() - start;
}

const lookTogether = (answer: Answer, some: readonly (readonly [number, string])[]): Promise<unknown> =>
  Promise.all(
    some.map(([index, path]) =>
      lstat(path).then(
        (found) => note(answer, index, found),
        (error: unknown) => noteError(answer, index, path, error),
      ),
    ),
  );

let isSlow = false;
async function lookAt(paths: readonly string[]): Promise<FromLookThread> {
  const answer: Answer = { facts: new Float64Array(paths.length * FACTS_EACH), reasons: new Map() };
  const all = [...paths.entries()];
  for (let at = 0; at < all.length; at += AT_A_TIME) {
    const some = all.slice(at, at + AT_A_TIME);
    if (isSlow) await lookTogether(answer, some);
    else isSlow = lookNow(answer, some) > some.length * SLOW;
  }
  return answer;
}

/** Few, so that a disk is known to be slow before long. */
const FEW = 16;

async function mark({ paths, marks }: IsThere): Promise<typeof FOUND> {
  const noted = (index: number, there: boolean): void => {
    marks[index] = there ? MARKS.there : MARKS.absent;
  };
  let at = 0;
  for (let took = 0; took <= FEW * SLOW && at < paths.length; at += FEW) {
    const start = performance.now();
    for (const [index, path] of paths.slice(at, at + FEW).entries()) noted(at + index, isThere(path));
    took = performance.now() - start;
  }
  for (; at < paths.length; at += AT_A_TIME) {
    const some = paths.slice(at, at + AT_A_TIME).entries();
    const begun = at;
    await Promise.all(
      Array.from(some, ([index, path]) =>
        stat(path).then(
          () => noted(begun + index, true),
          () => noted(begun + index, false),
        ),
      ),
    );
  }
  return FOUND;
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** One after the other: answers come in the order of the messages. */
let before: Promise<void> = Promise.resolve();
port.on("message", (asked: ToLookThread) => {
  const lookNext = async (turn: Promise<void>): Promise<void> => {
    await turn;
    port.postMessage("marks" in asked ? await mark(asked) : await lookAt(asked));
  };
  before = lookNext(before);
});
