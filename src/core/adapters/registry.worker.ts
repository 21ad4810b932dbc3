import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import initSqlJs from "sql.js";
import type { Edit } from "../ports/database.ts";
import { reasonOf } from "../util/faults.ts";
import { type Call, type Reply, type WorkerStart, troubleOf } from "./registry/calls.ts";
import { diskFault } from "./registry/disk-faults.ts";
import { createSnapshotKeeper } from "./registry/snapshot-keeper.ts";
import { unpackEdits } from "./registry/pack-edits.ts";
import { type Group, type Store, openStore } from "./registry/store.ts";

const port = parentPort;
if (!port) throw new Error("the registry runs in a worker");
const start: WorkerStart = workerData;
const say = (reply: Reply): void => port.postMessage(reply);

/** By the id of the commit they belong to. */
const parts = new Map<number, Uint8Array[]>();

function takePart({ id, packed }: Extract<Call, { kind: "part" }>): void {
  const before = parts.get(id);
  if (before) before.push(packed);
  else parts.set(id, [packed]);
}

/** The whole of a commit: what came before it, then what comes with it. */
function groupOf({ id, edits, parts: count = 0 }: Extract<Call, { kind: "commit" }>): Group {
  const before = parts.get(id) ?? [];
  parts.delete(id);
  if (before.length !== count) throw new Error(`commit ${id} has ${before.length} of its ${count} parts`);
  return count === 0 ? { edits, many: false } : { edits: editsIn(before, edits), many: true };
}

function* editsIn(before: Uint8Array[], edits: readonly Edit[]): Generator<Edit, void> {
  yield* unpackEdits(before);
  yield* edits;
}

/** Commits that came while the disk was busy share the next sync. Answers come in the order of the calls. */
function work(store: Store, calls: readonly Call[]): void {
  for (let next = 0; next < calls.length;) {
    const call = calls[next];
    if (call?.kind === "commit") {
      const group = [];
      for (let one = calls[next]; one?.kind === "commit"; one = calls[(next += 1)]) group.push(one);
      const outcomes = store.commit(group.map(groupOf));
      for (const [index, { id }] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === "done") say({ kind: "committed", id, commit: outcome.commit });
        else say({ kind: "refused", id, trouble: troubleOf(outcome?.error) });
      }
      continue;
    }
    next += 1;
    if (call?.kind === "part") takePart(call);
    if (call?.kind === "query") answerQuery(store, call);
  }
}

function answerQuery(store: Store, { id, statement, parameters }: Extract<Call, { kind: "query" }>): void {
  try {
    say({ kind: "rows", id, rows: store.query(statement, parameters) });
  } catch (error) {
    say({ kind: "refused", id, trouble: troubleOf(error) });
  }
}

async function open(): Promise<Store> {
  try {
    const sqlite = await initSqlJs({ locateFile: () => start.wasmFile });
    return openStore(sqlite, start);
  } catch (error) {
    throw diskFault(error, start.folder);
  }
}

/** Ends the worker by closing the port: nothing else keeps it. */
function serve(port: MessagePort, store: Store): void {
  const warn = (error: unknown): void =>
    say({ kind: "warning", line: `no snapshot of the registry could be written: ${reasonOf(error)}` });
  const keeper = createSnapshotKeeper(store, start, warn);
  const finish = async (id: number): Promise<void> => {
    await keeper.finish();
    store.close();
    say({ kind: "closed", id });
    port.close();
  };
  port.on("message", (first: Call) => {
    const calls = [first];
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) calls.push(more.message);
    work(store, calls);
    keeper.worked();
    const last = calls.find(({ kind }) => kind === "close");
    if (!last) return;
    port.removeAllListeners("message");
    void finish(last.id);
  });
  say({ kind: "opened", report: store.opened });
  keeper.worked();
}

// No await here: this runs as CommonJS when it is built.
void open().then(
  (store) => serve(port, store),
  (error: unknown) => {
    say({ kind: "failed", trouble: troubleOf(error) });
    port.close();
  },
);
