import { once } from "node:events";
import net from "node:net";

/**
 * Below those that systems give to whoever asks for any (Linux from 32768 on, others from 49152), so that no connection
 * and no other listener comes to have it before it is used; above what Chromium refuses to open.
 */
const FIRST = 20_000;
const COUNT = 12_000;
const given = new Set<number>();

/** A port of loopback that is free, and that this process gives nobody else. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
