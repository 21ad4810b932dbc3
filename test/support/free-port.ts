import { once } from "node:events";
import net from "node:net";

/** Below those that systems give away by themselves, to servers that name none and to every connection that goes out. */
const [FIRST, LAST] = [20_000, 32_000];
/** The ones after it belong to whoever got it: Model Deck takes the next free one for a further group. */
const APART = 16;

/** Processes that run side by side, whose numbers are near each other, begin far apart. */
let next = FIRST + APART * ((process.pid * 37) % ((LAST - FIRST) / APART));

/** A port of loopback that was free a moment ago, and that nobody gets by chance until it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next + APART < LAST ? next + APART : FIRST;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
