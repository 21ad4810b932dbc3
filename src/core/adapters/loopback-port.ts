import { readFile, readdir, readlink } from "node:fs/promises";
import net from "node:net";

/** True where a server on 127.0.0.1 could not have this port now. */
export async function portTaken(port: number): Promise<boolean> {
  // By both ways: where a program listens on every address, some systems let another have 127.0.0.1 beside it.
  return (await answers(port)) || !(await canListen(port));
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

/** `name (process 123)`; undefined where the system does not tell, or not this user. */
export async function portHolder(port: number): Promise<string | undefined> {
  const pid = process.platform === "linux" ? await listeningPid(port) : undefined;
  if (pid === undefined) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return `${name.trim() || "a program"} (process ${pid})`;
}

async function listeningPid(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((table) => readFile(table, "utf8").catch(() => "")),
  );
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const sockets = new Set(
    tables
      .flatMap((table) => table.split("\n"))
      .map((line) => line.trim().split(/\s+/))
      // local address, state (0A: listening), inode
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A")
      .map((fields) => `socket:[${fields[9]}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)))
    for (const open of await readdir(`/proc/${pid}/fd`).catch(() => []))
      if (sockets.has(await readlink(`/proc/${pid}/fd/${open}`).catch(() => ""))) return Number(pid);
  return undefined;
}
