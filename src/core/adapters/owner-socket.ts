import { hash, randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { type OwnerCard, parseCard } from "../owner/claim.ts";
import { type Hello, WIRE, parseHello } from "../owner/handshake.ts";
import { readLine } from "./owner-line-reader.ts";
import { codeOf } from "./registry/disk-faults.ts";

/** Where an owner is found while it lives. */
export interface OwnerDoor {
  /** Path of the unix socket, or name of the pipe. */
  readonly socket: string;
  close(): Promise<void>;
}

/** Someone who wants to follow, and has said hello. */
export interface Caller {
  readonly socket: net.Socket;
  readonly hello: Hello;
  /** What its proof must be of. */
  readonly nonce: string;
}

/**
 * Listens on a name of its own, so that nobody ever has to remove the socket of another who may be alive.
 * Does not keep the process alive.
 * @param folder the data folder, every link resolved
 * @param onCaller gets whoever says hello; without it the door says the card and closes again
 */
export async function openDoor(
  folder: string,
  card: Omit<OwnerCard, "wire" | "nonce">,
  onCaller?: (caller: Caller) => void,
): Promise<OwnerDoor> {
  const socket = await freshSocket(folder);
  const connections = new Set<net.Socket>();
  const greet = async (connection: net.Socket): Promise<void> => {
    const nonce = onCaller ? randomBytes(16).toString("hex") : "";
    const line = `${JSON.stringify(onCaller ? { ...card, wire: WIRE, nonce } : card)}\n`;
    if (!onCaller) return void connection.end(line);
    connection.write(line);
    const said = await readLine(connection, AbortSignal.timeout(HELLO_MS));
    const hello = said === undefined ? undefined : parseHello(said);
    if (hello) onCaller({ socket: connection, hello, nonce });
    else connection.destroy();
  };
  const server = net.createServer((connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => connection.destroy());
    void greet(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  server.unref();
  if (process.platform !== "win32") await chmod(socket, 0o600);
  return {
    socket,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

/** Milliseconds a caller has for its hello. */
const HELLO_MS = 10_000;

/** `silent`: something lives there and says nothing we understand, in a second. */
export type Knock = { readonly kind: "answered"; readonly card: OwnerCard } | { readonly kind: "silent" | "nobody" };

const PATIENCE_MS = 1000;

/** Asks who listens there. A process that is gone is known at once: its socket refuses, or is no more. */
export function knock(socket: string): Promise<Knock> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    let said = "";
    const tell = (answer: Knock): void => {
      connection.destroy();
      resolve(answer);
    };
    connection.setEncoding("utf8").setTimeout(PATIENCE_MS, () => tell({ kind: "silent" }));
    connection.on("data", (text: string) => {
      said += text;
      const card = said.includes("\n") ? parseCard(said.slice(0, said.indexOf("\n"))) : undefined;
      if (card) tell({ kind: "answered", card });
      else if (said.length > 10_000) tell({ kind: "silent" });
    });
    connection.on("end", () => tell({ kind: "silent" }));
    connection.on("error", (error) => {
      const gone = ["ECONNREFUSED", "ENOENT", "ENOTSOCK", "ENOTDIR"].includes(codeOf(error) ?? "");
      tell({ kind: gone ? "nobody" : "silent" });
    });
  });
}

/** The kernel takes a little over 100 bytes of path. */
const LONGEST = 100;

async function freshSocket(folder: string): Promise<string> {
  const name = `${hash("sha256", folder, "hex").slice(0, 16)}-${randomBytes(4).toString("hex")}`;
  if (process.platform === "win32") return String.raw`\\.\pipe\modeldeck-${name}`;
  const socketIn = (runtime: string): string => path.join(runtime, `${name}.sock`);
  const bases = [process.env["XDG_RUNTIME_DIR"], os.tmpdir(), "/tmp"].filter((base) => base && path.isAbsolute(base));
  for (const base of bases) {
    const runtime = path.join(base ?? "", `modeldeck-${process.getuid?.() ?? 0}`);
    if (Buffer.byteLength(socketIn(runtime)) < LONGEST && (await isOurs(runtime))) return socketIn(runtime);
  }
  // Another user sits on the name: a folder that cannot be guessed does as well, since the record says where it is.
  return socketIn(await mkdtemp("/tmp/modeldeck-"));
}

/** Makes the folder, and says whether it is ours alone. */
async function isOurs(runtime: string): Promise<boolean> {
  try {
    await mkdir(runtime, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(runtime).then((facts) => (facts.isDirectory() ? facts : { uid: -1, mode: 0 }));
    return uid === process.getuid?.() && (mode & 0o077) === 0;
  } catch {
    return false;
  }
}
