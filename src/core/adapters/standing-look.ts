import { Worker } from "node:worker_threads";
import type { DiskLook } from "../ports/disk-look.ts";
import { workerFile } from "./bundle-file.ts";
import { type IsThere, MARKS } from "./look-messages.ts";

type There = readonly (boolean | undefined)[];

export interface StandingOptions {
  /** Milliseconds from the first question on in which no thread is started: an opening has other work. */
  readonly later: number;
  /** Milliseconds after the last question after which the thread ends. */
  readonly idle: number;
  /** Milliseconds in which a thread that works finds out something. */
  readonly patience: number;
  /** Fewer paths are looked at as they are. */
  readonly few: number;
  /** Threads that may hang: there may be as many disks that do. */
  readonly hanging: number;
  /** What runs in the thread. */
  readonly file: string;
}

const usual = (): StandingOptions => ({
  later: 2000,
  idle: 10_000,
  patience: 250,
  few: 16,
  hanging: 2,
  file: workerFile("look"),
});

interface Thread {
  readonly worker: Worker;
  /** In the order in which they are answered. */
  readonly asked: Question[];
  answered: number;
  /** Before it has started it can answer nothing. */
  runs: boolean;
  /** True while its disk does not answer. */
  hangs: boolean;
}

interface Question {
  readonly marks: Uint8Array;
  settle(there: There): void;
  /** The thread is gone. */
  fail(): void;
}

/**
 * Looks whether many are there, in a thread that stays while there are questions: no path needs a promise there. A disk
 * that hangs holds that thread and nobody else; who asks is told what is known, and the next one asks another thread.
 * Until there is one, `look` is asked.
 */
export function createStandingLook(
  look: Pick<DiskLook, "areThere">,
  { later, idle, patience, few, hanging, file }: StandingOptions = usual(),
): DiskLook["areThere"] {
  let thread: Thread | undefined;
  let starting: Thread | undefined;
  let hung = 0;
  let firstAsked: number | undefined;
  let ending: NodeJS.Timeout | undefined;

  const end = (): void => {
    if (thread && thread.asked.length > 0) return void ending?.refresh();
    void thread?.worker.terminate();
    thread = undefined;
    firstAsked = undefined;
  };
  const start = (): Thread => {
    // The host's own flags, as of its debugger, are not for the thread.
    const worker = new Worker(file, { name: "Model Deck look", execArgv: [] });
    const own: Thread = { worker, asked: [], answered: 0, runs: false, hangs: false };
    worker.unref();
    worker.on("message", () => {
      const question = own.asked.shift();
      own.answered += 1;
      question?.settle(marked(question.marks));
      // Another one has taken its place.
      if (own.hangs && own.asked.length === 0) void worker.terminate();
    });
    // That it has started does not say that it has read its file: this it answers once it can answer anything.
    const first = new Uint8Array(new SharedArrayBuffer(0));
    const ready = (): void => {
      own.runs = true;
      if (starting !== own) return;
      [starting, thread] = [undefined, own];
      ending?.refresh();
    };
    own.asked.push({ marks: first, settle: ready, fail: () => undefined });
    worker.postMessage({ paths: [], marks: first } satisfies IsThere, []);
    // Its end is told, too.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      if (own.hangs) hung -= 1;
      if (starting === own) starting = undefined;
      if (thread === own) thread = undefined;
      for (const question of own.asked.splice(0)) question.fail();
    });
    return own;
  };
  const giveUp = (own: Thread): void => {
    if (!own.hangs) hung += 1;
    own.hangs = true;
    if (thread === own) thread = undefined;
  };
  const ask = async (own: Thread, paths: readonly string[], late: (there: There) => void): Promise<There> => {
    const { promise, resolve } = Promise.withResolvers<There>();
    const marks = new Uint8Array(new SharedArrayBuffer(paths.length));
    let isAnswered = false;
    let progress = "";
    const answer = (there: There): void => {
      isAnswered = true;
      resolve(there);
    };
    own.asked.push({
      marks,
      settle: (there) => (isAnswered ? late(there) : answer(there)),
      fail: () => (isAnswered ? undefined : resolve(look.areThere(paths, late))),
    });
    const message: IsThere = { paths, marks };
    own.worker.postMessage(message, []);
    const waiting = setInterval(() => {
      // What goes before it may be what takes so long.
      const now = `${own.answered} ${own.asked[0]?.marks.indexOf(MARKS.open)}`;
      if (own.runs && now === progress) {
        giveUp(own);
        answer(marked(marks));
      }
      progress = now;
    }, patience);
    try {
      return await promise;
    } finally {
      clearInterval(waiting);
    }
  };

  return async (paths, late) => {
    if (paths.length < few) return look.areThere(paths, late);
    ending ??= setTimeout(end, idle).unref();
    ending.refresh();
    if (!thread && hung >= hanging) return paths.map(() => undefined);
    // Not as they are: that would hang where the thread did.
    if (!thread && hung > 0) thread = start();
    if (thread) return ask(thread, paths, late);
    firstAsked ??= performance.now();
    if (!starting && performance.now() - firstAsked >= later) starting = start();
    return look.areThere(paths, late);
  };
}

const marked = (marks: Uint8Array): There =>
  Array.from(marks, (one) => (one === MARKS.open ? undefined : one === MARKS.there));
