import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import type * as VsCodeApi from "vscode";

/** The extension host of one window. */
export interface Host {
  readonly pid: number;
  readonly folders: readonly string[];
  /** Settles when the host is gone. */
  readonly closed: Promise<unknown>;
  /**
   * Runs a function there: it is sent as text, so it sees nothing but its parameters, of which VS Code's API is the
   * first. Arguments and result are JSON.
   */
  run<Args extends readonly unknown[], Result>(
    deed: (vscode: typeof VsCodeApi, ...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
}

export interface Bridge {
  /** To be loaded into the window. */
  readonly extension: string;
  /** To be set for the window's extension host. */
  readonly env: Readonly<Record<string, string>>;
  /** The host of the next window that comes up. */
  next(signal: AbortSignal): Promise<Host>;
  close(): void;
}

export async function openBridge(): Promise<Bridge> {
  const came: Host[] = [];
  const arrivals = new EventTarget();
  const connections = new Set<net.Socket>();
  const listener = net.createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    accept(socket, (host) => {
      came.push(host);
      arrivals.dispatchEvent(new Event("host"));
    });
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    extension: path.join(import.meta.dirname, "bridge"),
    env: { MODELDECK_BRIDGE_PORT: String(port) },
    next: async (signal) => {
      for (;;) {
        signal.throwIfAborted();
        const host = came.shift();
        if (host) return host;
        await once(arrivals, "host", { signal });
      }
    },
    close: () => {
      listener.close();
      for (const socket of connections) socket.destroy();
    },
  };
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
  readonly errorCode?: string;
}

function accept(socket: net.Socket, arrived: (host: Host) => void): void {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the extension host is gone"));
    waiting.clear();
  });
  let serial = 0;
  const run: Host["run"] = (deed, ...args) => {
    const answer = Promise.withResolvers<unknown>();
    serial += 1;
    waiting.set(serial, answer);
    socket.write(`${JSON.stringify({ id: serial, code: String(deed), args })}\n`);
    return answer.promise as Promise<never>;
  };
  eachLine(socket, (line) => {
    const message = JSON.parse(line) as Answer | { pid: number; folders: string[] };
    if ("pid" in message) return arrived({ pid: message.pid, folders: message.folders, closed, run });
    const answer = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) answer?.resolve(message.value);
    else answer?.reject(Object.assign(new Error(message.error), { code: message.errorCode }));
  });
}

export function eachLine(socket: net.Socket, hear: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hear(line);
  });
}
