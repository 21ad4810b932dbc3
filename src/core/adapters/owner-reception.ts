import { type Build, type Reply, termsFor } from "../owner/handshake.ts";
import type { WindowLine } from "../owner/line.ts";
import { prove, proves, readOwnerKey } from "./owner-key.ts";
import type { Caller } from "./owner-socket.ts";

export interface Reception {
  /** The data folder. */
  readonly folder: string;
  readonly build: Build;
  /** Told to the windows: the owner's, which count. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly onLine: (line: WindowLine) => void;
  /** A newer one wants to own. */
  readonly onYield: () => void;
}

/** Lets in who holds the folder's key and speaks as we do. */
export async function receive(
  { folder, build, settings, onLine, onYield }: Reception,
  { socket, hello, nonce }: Caller,
): Promise<void> {
  const say = (reply: Reply): string => `${JSON.stringify(reply)}\n`;
  try {
    const key = await readOwnerKey(folder);
    if (!proves(hello.proof, key, "window", nonce)) return void socket.end(say({ kind: "refused", why: "key" }));
    const terms = termsFor(build, hello);
    if (terms === "skew") return void socket.end(say({ kind: "refused", why: "skew" }));
    if (terms === "yields") {
      socket.end(say({ kind: "yields" }));
      onYield();
      return;
    }
    const { openWindowLine } = await import("./owner-wire.ts");
    socket.write(say({ kind: "welcome", proof: prove(key, "owner", hello.nonce), settings }));
    onLine(openWindowLine(socket));
  } catch {
    // A folder whose key cannot be read has nobody to follow.
    socket.destroy();
  }
}
