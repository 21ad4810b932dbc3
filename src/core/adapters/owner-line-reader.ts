import type net from "node:net";

/** More than any line of the handshake; who says more is none of ours. */
const LONGEST = 1_000_000;

/**
 * The next line of a socket; what comes after it stays to be read. undefined where the socket ends, the signal is
 * aborted, or no line comes to its end.
 */
export function readLine(socket: net.Socket, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const tell = (line: string | undefined): void => {
      socket.off("readable", read);
      socket.off("close", leave);
      signal.removeEventListener("abort", leave);
      resolve(line);
    };
    const leave = (): void => tell(undefined);
    const read = (): void => {
      for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) {
        said = Buffer.concat([said, chunk]);
        const end = said.indexOf(0x0a);
        if (end !== -1) {
          if (end + 1 < said.length) socket.unshift(said.subarray(end + 1));
          return tell(said.toString("utf8", 0, end));
        }
        if (said.length > LONGEST) return leave();
      }
    };
    socket.on("readable", read);
    socket.on("close", leave);
    signal.addEventListener("abort", leave);
    if (signal.aborted || socket.destroyed) leave();
    else read();
  });
}
