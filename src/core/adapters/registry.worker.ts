import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import initSqlJs from "sql.js";
import type { Edit, Prepared } from "../ports/database.ts";
import { reasonOf } from "../util/faults.ts";
import { type Opening, beginStore } from "./registry/begin-store.ts";
import { type Call, type Reply, type WorkerStart, troubleOf } from "./registry/calls.ts";
import { diskFault } from "./registry/disk-faults.ts";
import { packRows } from "./registry/pack-rows.ts";
import { unpackEdits } from "./registry/pack-edits.ts";
import { type SnapshotKeeper, createSnapshotKeeper } from "./registry/snapshot-keeper.ts";
import type { Group, Store } from "./registry/store.ts";

const port = parentPort;
if (!port) throw new Error("the registry runs in a worker");
const start: WorkerStart = workerData;
const say = (reply: Reply): void => port.postMessage(reply);
const sayPrepared = (id: number, found: Prepared | undefined): void =>
  port.postMessage({ kind: "prepared", id, found } satisfies Reply, found ? [found.listing.buffer] : []);

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
    if (call?.kind === "prepared") sayPrepared(call.id, store.prepared());
  }
}

function answerQuery(store: Store, { id, statement, parameters }: Extract<Call, { kind: "query" }>): void {
  try {
    const rows = store.query(statement, parameters);
    const packed = packRows(rows);
    say(packed ? { kind: "packedRows", id, packed } : { kind: "rows", id, rows });
  } catch (error) {
    say({ kind: "refused", id, trouble: troubleOf(error) });
  }
}

async function read(opening: Opening): Promise<Store> {
  try {
    const sqlite = await initSqlJs({ locateFile: () => start.wasmFile });
    return opening.load(sqlite);
  } catch (error) {
    throw diskFault(error, start.folder);
  }
}

/** Answers calls in their order. While no rows are in memory only those that need none; the first other one has them read. */
function serve(port: MessagePort, opening: Opening, loaded: Store | undefined): void {
  let calls: Call[] = [];
  let store: { readonly rows: Store; readonly keeper: SnapshotKeeper } | undefined;
  let reading = false;
  let soon: NodeJS.Timeout | undefined;

  const hold = (rows: Store): void => {
    const warn = (error: unknown): void =>
      say({ kind: "warning", line: `no snapshot of the registry could be written: ${reasonOf(error)}` });
    store = { rows, keeper: createSnapshotKeeper(rows, start, warn) };
    store.keeper.worked();
  };
  const fill = (): void => {
    clearTimeout(soon);
    reading = true;
    void fillNow().catch((error: unknown) => fail(port, error));
  };
  const fillNow = async (): Promise<void> => {
    const rows = await read(opening);
    hold(rows);
    if (rows.revised) say({ kind: "revised", report: rows.opened });
    reading = false;
    handle();
  };
  const answerQuickly = (call: Call | undefined): boolean => {
    if (call?.kind === "prepared" && opening.quick) {
      sayPrepared(call.id, opening.quick.prepared());
      return true;
    }
    const rows = call?.kind === "query" ? opening.quick?.answer(call) : undefined;
    if (call && rows) say({ kind: "rows", id: call.id, rows });
    return rows !== undefined;
  };
  const end = async (id: number): Promise<void> => {
    port.removeAllListeners("message");
    clearTimeout(soon);
    if (store) {
      await store.keeper.finish();
      store.rows.close();
    } else opening.close();
    say({ kind: "closed", id });
    port.close();
  };
  const handle = (): void => {
    if (reading) return;
    if (!store) {
      while (answerQuickly(calls[0])) calls.shift();
      if (calls.length > 0 && calls[0]?.kind !== "close") return fill();
      soon ??= setTimeout(fill, start.readAfter).unref();
      soon.refresh();
    }
    const last = calls.find(({ kind }) => kind === "close");
    if (store) {
      work(store.rows, calls);
      store.keeper.worked();
    }
    calls = [];
    if (last) void end(last.id).catch((error: unknown) => fail(port, error));
  };
  port.on("message", (first: Call) => {
    calls.push(first);
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) calls.push(more.message);
    handle();
  });
  if (loaded) hold(loaded);
  else handle();
}

/** Ends the worker by closing the port: nothing else keeps it. */
function fail(port: MessagePort, error: unknown): void {
  say({ kind: "failed", trouble: troubleOf(error) });
  port.close();
}

async function open(port: MessagePort): Promise<void> {
  let opening: Opening;
  try {
    opening = beginStore(start);
  } catch (error) {
    throw diskFault(error, start.folder);
  }
  const store = opening.quick ? undefined : await read(opening);
  const report = store?.opened ?? opening.quick?.opened;
  if (report) say({ kind: "opened", report });
  serve(port, opening, store);
}

// No await here: this runs as CommonJS when it is built.
void open(port).catch((error: unknown) => fail(port, error));
