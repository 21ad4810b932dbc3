import type net from "node:net";
import {
  CancellationTokenSource,
  type MessageConnection,
  NotificationType,
  RequestType,
  SocketMessageReader,
  SocketMessageWriter,
  createMessageConnection,
} from "vscode-jsonrpc/node";
import type { OwnerCard } from "../owner/claim.ts";
import type { Answer, Call, OwnerLine, WindowLine } from "../owner/line.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";

// Both ends speak the same WIRE, and each has proven that it holds the folder's key: what comes in has its type.
const CALL = new RequestType<Call, Answer, void>("call");
const BEAT = new RequestType<object, null, void>("beat");
const ALIVE = new NotificationType<object>("alive");
const SECRET = new RequestType<{ readonly name: string }, string | null, void>("secret");
const EVENTS = new NotificationType<{ readonly events: readonly DeckEvent[] }>("events");
const SECRET_CHANGED = new NotificationType<{ readonly name: string }>("secretChanged");

/** Bytes that may wait for a window that does not read, before it is left to come again. */
const UNREAD = 16 * 2 ** 20;
/** Milliseconds a window has to say a secret. */
const SECRET_MS = 3000;

/** The following window's end, after the owner has said welcome. */
export function openOwnerLine(
  socket: net.Socket,
  { pid, generation, version }: OwnerCard,
  settings: Readonly<Record<string, unknown>>,
): OwnerLine {
  const { connection, ended, end, isOver } = connect(socket);
  let sign = (): void => undefined;
  return {
    owner: { pid, generation, version },
    settings,
    ask: async (call, signal) => {
      if (isOver()) return { kind: "notStarted" };
      const cancel = new CancellationTokenSource();
      const abort = (): void => cancel.cancel();
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort);
      try {
        return await connection.sendRequest(CALL, call, cancel.token);
      } catch {
        return { kind: "lost" };
      } finally {
        signal.removeEventListener("abort", abort);
        cancel.dispose();
      }
    },
    tellSecretChanged: (name) => {
      // What cannot be written ends the line.
      if (!isOver()) connection.sendNotification(SECRET_CHANGED, { name }).catch(() => undefined);
    },
    beat: async () => {
      if (!isOver()) await connection.sendRequest(BEAT, {}).catch(() => undefined);
    },
    listen: (hears) => {
      connection.onNotification(EVENTS, ({ events }) => hears.events(events));
      connection.onRequest(SECRET, ({ name }) => hears.secret(name));
      connection.onNotification(ALIVE, () => undefined);
      connection.listen();
      socket.on("data", () => sign());
      socket.resume();
    },
    onSign: (hears) => void (sign = hears),
    ended,
    end,
  };
}

/** The owner's end, after it has said welcome. */
export function openWindowLine(socket: net.Socket): WindowLine {
  const { connection, ended, end, isOver } = connect(socket);
  return {
    listen: (hears) => {
      connection.onRequest(BEAT, () => null);
      connection.onRequest(CALL, async (call, token) => {
        const stop = new AbortController();
        if (token.isCancellationRequested) stop.abort();
        const subscription = token.onCancellationRequested(() => stop.abort());
        try {
          return await hears.call(call, stop.signal);
        } finally {
          subscription.dispose();
        }
      });
      connection.onNotification(SECRET_CHANGED, ({ name }) => hears.secretChanged(name));
      connection.listen();
      socket.resume();
    },
    tellEvents: (events) => {
      // One that stands still must not fill our memory: it finds its way back when it wakes.
      if (socket.writableLength > UNREAD) end();
      else if (!isOver()) connection.sendNotification(EVENTS, { events }).catch(() => undefined);
    },
    tellAlive: () => {
      if (!isOver() && socket.writableLength === 0) connection.sendNotification(ALIVE, {}).catch(() => undefined);
    },
    askSecret: async (name) => {
      if (isOver()) return null;
      const cancel = new CancellationTokenSource();
      const late = Promise.withResolvers<null>();
      const timer = setTimeout(() => late.resolve(null), SECRET_MS);
      try {
        const said = connection.sendRequest(SECRET, { name }, cancel.token).catch(() => null);
        return await Promise.race([said, late.promise]);
      } finally {
        clearTimeout(timer);
        cancel.dispose();
      }
    },
    ended,
    end,
  };
}

function connect(socket: net.Socket): {
  readonly connection: MessageConnection;
  readonly ended: Promise<void>;
  readonly end: () => void;
  readonly isOver: () => boolean;
} {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    // Rejects what still waits for an answer.
    connection.dispose();
    socket.destroy();
    resolve();
  };
  connection.onClose(end);
  connection.onError(end);
  socket.on("close", end);
  if (socket.destroyed) end();
  return { connection, ended, end, isOver: () => over };
}
