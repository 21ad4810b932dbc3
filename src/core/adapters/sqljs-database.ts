import { Worker } from "node:worker_threads";
import type { Database, OpenReport } from "../ports/database.ts";
import type { Log } from "../ports/log.ts";
import { createEmitter } from "../util/events.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { sqlWasmFile, workerFile } from "./bundle-file.ts";
import { type Answer, type Call, type Reply, type WorkerStart, errorOf } from "./registry/calls.ts";
import { unpackRows } from "./registry/pack-rows.ts";
import { createCommits } from "./registry/send-commits.ts";
import type { StoreOptions } from "./registry/store.ts";

export interface DatabaseOptions extends StoreOptions {
  readonly log: Log;
  /** Milliseconds without a commit after which a snapshot is taken; 3000 unless told. */
  readonly idle?: number;
  /** Bytes of journal after which one is taken at once; 1 MiB unless told. */
  readonly journalLimit?: number;
  /** Milliseconds after the last answer from beside the snapshot, after which that is read all the same; 500 unless told. */
  readonly readAfter?: number;
}

/**
 * The registry of `folder`, for this owner alone (see owner-claim.ts for the generation).
 * Rejects with `versionSkew` where a later release wrote it, `stale` where the generation is not above all there were,
 * `diskFull` and `fileUnreadable`. Calls after the end reject with `ownerGone`.
 */
export async function openDatabase({ log, ...options }: DatabaseOptions): Promise<Database> {
  const { folder, generation, migrations, keyColumns, idle = 3000, journalLimit = 2 ** 20, readAfter = 500 } = options;
  const workerData: WorkerStart = {
    folder,
    generation,
    migrations,
    keyColumns,
    idle,
    journalLimit,
    readAfter,
    wasmFile: sqlWasmFile(),
  };
  // The host's own flags, as of its debugger or of a script given in its arguments, are not for the worker.
  const worker = new Worker(workerFile("registry"), { workerData, name: "Model Deck registry", execArgv: [] });
  const waiting = new Map<number, Waiting>();
  const ended = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<OpenReport>();
  const revised = createEmitter<OpenReport>((error) => log.error("a listener failed", error));
  let report: OpenReport;
  let last = 0;
  let gone: Error | undefined;
  let closing: Promise<void> | undefined;

  const settle = (answer: Answer): void => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    // While nothing is asked of it, the worker is no reason for the process to stay.
    if (waiting.size === 0 && !closing) worker.unref();
    if (answer.kind === "refused") call?.reject(errorOf(answer.trouble));
    else call?.resolve(answer);
  };
  const end = (error: Error): void => {
    gone ??= closing ? fault({ code: "ownerGone" }) : error;
    for (const call of waiting.values()) call.reject(gone);
    waiting.clear();
    opening.reject(gone);
    ended.resolve();
  };
  worker.on("message", (reply: Reply) => {
    if (reply.kind === "opened") opening.resolve(reply.report);
    else if (reply.kind === "failed") end(errorOf(reply.trouble));
    else if (reply.kind === "revised") revised.fire((report = reply.report));
    else if (reply.kind === "warning") log.warn(reply.line);
    else settle(reply);
  });
  worker.on("error", (error) => {
    log.error("the registry's worker failed", error);
    end(crashed(folder, reasonOf(error), error));
  });
  worker.on("exit", (code) => end(crashed(folder, `its worker ended with code ${code}`)));

  const ask = (call: Call): Promise<Answer> => {
    if (gone) return Promise.reject(gone);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(call.id, { resolve, reject });
    worker.ref();
    worker.postMessage(call, []);
    return promise;
  };

  const nextId = (): number => (last += 1);
  const tell = (call: Call): void => {
    if (gone) throw gone;
    worker.postMessage(call, []);
  };
  const commits = createCommits({ nextId, ask, tell });
  const refuseLate = (): void => {
    if (closing) throw gone ?? fault({ code: "ownerGone" });
  };

  report = await opening.promise;
  worker.unref();
  return {
    get opened() {
      return report;
    },
    onRevised: revised.event,
    commit: async (edits) => {
      refuseLate();
      const answer = await commits.send(edits);
      return answer.kind === "committed" ? answer.commit : unexpected(answer);
    },
    query: async (statement, parameters = []) => {
      refuseLate();
      const answer = await ask({ id: nextId(), kind: "query", statement, parameters });
      if (answer.kind === "packedRows") return unpackRows(answer.packed);
      return answer.kind === "rows" ? answer.rows : unexpected(answer);
    },
    prepared: async () => {
      refuseLate();
      const answer = await ask({ id: nextId(), kind: "prepared" });
      return answer.kind === "prepared" ? answer.found : unexpected(answer);
    },
    close: () => {
      closing ??= commits
        .sent()
        .then(() => ask({ id: nextId(), kind: "close" }))
        .then(() => ended.promise);
      return closing;
    },
  };
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

function unexpected(answer: Answer): never {
  throw new Error(`the registry's worker answered ${answer.kind}`);
}

const crashed = (folder: string, reason: string, cause?: unknown): Error =>
  fault({ code: "fileUnreadable", path: folder, reason }, cause);
