import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from "node:worker_threads";
import { type AheadBoard, boardBuffer, createAheadBoard } from "./ahead-board.ts";
import type { FileHead } from "../identify/head.ts";
import { workerFile } from "./bundle-file.ts";
import { frugal } from "./frugal.ts";
import { unpackHead } from "./head-parts.ts";
import type { Ahead, HeadsThreadData, ToHeadsThread } from "./scan-messages.ts";
import type { Stamp } from "./store-disk.ts";

/** So many headers a scan reads alone where no thread runs: most scans are done before another one would help. */
const ALONE = 64;
/** Milliseconds. Longer than a header takes, and far shorter than anybody notices of a thread that is gone. */
const PATIENCE = 25;

export interface HeadAhead {
  readonly path: string;
  readonly read?: { readonly stamp: Stamp; readonly head: FileHead };
}
export type FolderAhead = Ahead["folders"][number];

/** What another thread read before one scan asked for it, each told once; undefined: it was not read there. */
export interface AheadOfScan {
  head(path: string): HeadAhead | undefined;
  /** Without what would have been told of its names. */
  items(folder: string): FolderAhead | undefined;
  end(): void;
}

/** A second thread that reads headers just before a scan asks for them. It ends with this one. */
export function createHeadsAhead(warn: (message: string) => void): (root: string) => AheadOfScan {
  let thread: Worker | undefined;
  let isLost = false;

  function open(): Worker {
    const data: HeadsThreadData = { role: "heads" };
    const worker = new Worker(workerFile("scan"), {
      name: "Model Deck headers",
      execArgv: [],
      resourceLimits: frugal,
      workerData: data,
    });
    worker.on("error", (error) => {
      isLost = true;
      warn(`the thread for headers failed: ${error.message}`);
    });
    worker.on("exit", () => (thread = undefined));
    worker.unref();
    return worker;
  }

  function start(root: string, board: SharedArrayBuffer): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const ask: ToHeadsThread = { root, board, port: port2 };
    thread ??= open();
    thread.postMessage(ask, [port2]);
    return port1;
  }

  return (root) => {
    const buffer = boardBuffer();
    const board = createAheadBoard(buffer, 0);
    const heads = new Map<string, HeadAhead>();
    const folders = new Map<string, FolderAhead>();
    const values: unknown[] = [];
    const asked = new Set<string>();
    let port = thread && start(root, buffer);

    function hear(from: MessagePort): void {
      for (let more = receiveMessageOnPort(from); more; more = receiveMessageOnPort(from)) {
        const ahead: Ahead = JSON.parse(more.message);
        for (const one of ahead.folders) folders.set(one.path, one);
        for (const value of ahead.values) values.push(value);
        for (const { path, read } of ahead.heads)
          heads.set(path, { path, ...(read && { read: { stamp: read.stamp, head: unpackHead(read, values) } }) });
      }
    }

    return {
      head: (path) => {
        // Nobody reads it a second time: it would be waited for in vain.
        if (asked.has(path)) return undefined;
        asked.add(path);
        const isMine = board.claim(path);
        if (!port && !isLost && asked.size > ALONE) port = start(root, buffer);
        if (!port || isMine) return undefined;
        const from = port;
        awaitHead(path, board, heads, () => hear(from));
        return take(heads, path, board);
      },
      items: (folder) => {
        if (port && !folders.has(folder)) hear(port);
        return take(folders, folder, board);
      },
      end: () => {
        board.end();
        port?.close();
      },
    };
  };
}

/** Until it was handed over, where the other thread is at it. */
function awaitHead(path: string, board: AheadBoard, heads: ReadonlyMap<string, unknown>, hear: () => void): void {
  for (;;) {
    const count = board.handedCount();
    if (heads.has(path)) return;
    hear();
    if (heads.has(path) || !board.isTheirs(path)) return;
    board.waitForHanded(count, PATIENCE);
    if (board.handedCount() === count) return;
  }
}

function take<T>(from: Map<string, T>, path: string, board: AheadBoard): T | undefined {
  const one = from.get(path);
  if (one === undefined) return undefined;
  from.delete(path);
  board.taken();
  return one;
}
