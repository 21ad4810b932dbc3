import net, { type LookupFunction, type Socket } from "node:net";
import tls from "node:tls";
import { createRawInlet } from "./raw-inlet.ts";

/** One connection to an origin, without Node's HTTP around it. */
export interface RawConnection {
  /** It brings what comes after it. */
  send(text: string): void;
  /** As `RawInlet.next`. */
  next(): Promise<Uint8Array | undefined>;
  /** Nothing is asked of it for now. @param gone told when it ends meanwhile */
  rest(gone: () => void): void;
  /** Asked for something again. False where it ended. */
  wake(): boolean;
  destroy(): void;
}

export interface RawWay {
  readonly to: URL;
  readonly trust: tls.ConnectionOptions;
  readonly lookup?: LookupFunction;
  /** Of an earlier connection there. */
  readonly session?: Buffer;
  readonly onSession: (session: Buffer) => void;
}

/** Milliseconds an unused one is kept: less than what servers keep theirs for. */
const IDLE = 4000;

/** Connected, and where it is to be encrypted, with a certificate that was checked. Rejects with Node's errors. */
export async function openRawConnection(way: RawWay, signal: AbortSignal): Promise<RawConnection> {
  signal.throwIfAborted();
  const inlet = createRawInlet(() => void socket.resume());
  const opened = Promise.withResolvers<void>();
  const socket = connect(way, inlet.onread, opened.resolve);
  let resting: NodeJS.Timeout | undefined;
  let ended: (() => void) | undefined;
  const abort = (): void => void socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  socket.setNoDelay(true);
  socket.on("error", (error) => {
    opened.reject(error);
    inlet.end(error);
  });
  socket.on("end", () => inlet.end());
  socket.on("close", () => {
    opened.reject(new Error("the connection was closed"));
    inlet.end();
    clearTimeout(resting);
    ended?.();
  });
  socket.resume();
  try {
    await opened.promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return {
    send: (text) => void socket.write(text, "latin1"),
    next: () => inlet.next(),
    rest: (gone) => {
      resting = setTimeout(() => socket.destroy(), IDLE).unref();
      ended = gone;
      socket.unref();
      if (socket.destroyed) gone();
    },
    wake: () => {
      clearTimeout(resting);
      ended = undefined;
      // Unasked bytes belong to no answer.
      if (inlet.waiting() > 0) socket.destroy();
      if (socket.destroyed || socket.readableEnded || !socket.writable) return false;
      socket.ref();
      return true;
    },
    destroy: () => void socket.destroy(),
  };
}

function connect(way: RawWay, onread: ReturnType<typeof createRawInlet>["onread"], ready: () => void): Socket {
  const { to, trust, lookup, session, onSession } = way;
  const host = to.hostname.replace(/^\[|\]$/g, "");
  const secure = to.protocol === "https:";
  const options = { host, port: Number(to.port) || (secure ? 443 : 80), ...(lookup && { lookup }), onread };
  // Not by `connect`: what is written before the certificate was checked may be sent before.
  if (!secure) return net.connect(options, ready);
  const name = net.isIP(host) === 0 ? { servername: host } : {};
  const known = session === undefined ? {} : { session };
  return tls
    .connect({ ...trust, ...options, ...name, ...known, ALPNProtocols: ["http/1.1"] }, ready)
    .on("session", onSession);
}
