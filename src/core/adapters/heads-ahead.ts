import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from "node:worker_threads";
import type { FileHead } from "../identify/head.ts";
import { workerFile } from "./bundle-file.ts";
import type { Ahead, HeadsThreadData, ToHeadsThread } from "./scan-messages.ts";

/** So many headers a scan reads alone: most scans are done before another thread would help. */
const ALONE = 64;

/**
 * What another thread read before one scan asked for it; undefined: it was not read, or looked otherwise.
 * @param stamp what the file or folder looks like now
 */
export interface AheadOfScan {
  head(path: string, stamp: string): FileHead | undefined;
  /** Packed; without what would have been told of its names. */
  items(folder: string, stamp: string): string | undefined;
  end(): void;
}

/** A second thread that reads headers from the far end of what is scanned, until the two meet. It ends with this one. */
export function createHeadsAhead(warn: (message: string) => void): (root: string) => AheadOfScan {
  let thread: Worker | undefined;
  let isLost = false;

  function open(): Worker {
    const data: HeadsThreadData = { role: "heads" };
    const worker = new Worker(workerFile("scan"), { name: "Model Deck headers", execArgv: [], workerData: data });
    worker.on("error", (error) => {
      isLost = true;
      warn(`the thread for headers failed: ${error.message}`);
    });
    worker.on("exit", () => (thread = undefined));
    worker.unref();
    return worker;
  }

  function start(root: string, over: Int32Array): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const ask: ToHeadsThread = { root, over, port: port2 };
    thread ??= open();
    thread.postMessage(ask, [port2]);
    return port1;
  }

  return (root) => {
    const over = new Int32Array(new SharedArrayBuffer(4));
    const asked = new Set<string>();
    const heads = new Map<string, Ahead["heads"][number]>();
    const folders = new Map<string, Ahead["folders"][number]>();
    let port: MessagePort | undefined;

    function hear(from: MessagePort): void {
      for (let more = receiveMessageOnPort(from); more; more = receiveMessageOnPort(from)) {
        const ahead: Ahead = more.message;
        for (const one of ahead.folders) folders.set(one.path, one);
        for (const one of ahead.heads)
          if (asked.has(one.path)) Atomics.store(over, 0, 1);
          else heads.set(one.path, one);
      }
    }

    function take<T extends { readonly stamp: string }>(
      path: string,
      stamp: string,
      from: Map<string, T>,
    ): T | undefined {
      if (port && !from.has(path)) hear(port);
      const one = from.get(path);
      from.delete(path);
      return one?.stamp === stamp ? one : undefined;
    }

    return {
      head: (path, stamp) => {
        if (!port && !isLost && asked.size >= ALONE) port = start(root, over);
        asked.add(path);
        return take(path, stamp, heads)?.head;
      },
      items: (folder, stamp) => take(folder, stamp, folders)?.items,
      end: () => {
        Atomics.store(over, 0, 1);
        port?.close();
      },
    };
  };
}
