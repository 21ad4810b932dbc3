import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Available, unavailable } from "./available.ts";
import { type Engine, removeContainers } from "./engine-api.ts";
import { bringUpEngine } from "./engine.ts";
import { llamaImage, nativeLlamaServer } from "./llama.ts";

/** What serves a world's models: a container with a real llama-server, the same program by itself, or a stand-in. */
export type ServeWith =
  | { readonly kind: "docker"; readonly engine: Engine; readonly image: string }
  | { readonly kind: "process"; readonly binary: string }
  | { readonly kind: "stand-in"; readonly binary: string; readonly reason: string };

export async function serveWithDocker(): Promise<Available<{ readonly how: ServeWith }>> {
  const found = await bringUpEngine();
  if (!found.ok) return found;
  const made = await llamaImage(found.engine);
  return made.ok ? { ok: true, how: { kind: "docker", engine: found.engine, image: made.image } } : made;
}

export async function serveWithProcess(): Promise<Available<{ readonly how: ServeWith }>> {
  const native = await nativeLlamaServer();
  return native.ok ? { ok: true, how: { kind: "process", binary: native.binary } } : native;
}

/** A script in that folder, named for what it is. */
export async function serveWithStandIn(
  folder: string,
  reason: string,
): Promise<Available<{ readonly how: ServeWith }>> {
  if (process.platform === "win32") return unavailable(reason);
  const script = path.join(import.meta.dirname, "../demo/stand-in-server.ts");
  const binary = path.join(folder, "scripted-stand-in");
  await mkdir(folder, { recursive: true });
  await writeFile(binary, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`, { mode: 0o755 });
  return { ok: true, how: { kind: "stand-in", binary, reason } };
}

/** The best there is: a container, the program, the stand-in. */
export async function bestServer(folder: string): Promise<Available<{ readonly how: ServeWith }>> {
  const docker = await serveWithDocker();
  if (docker.ok) return docker;
  const native = await serveWithProcess();
  return native.ok ? native : serveWithStandIn(folder, `${docker.reason}; ${native.reason}`);
}

/** Ends whatever was started from a data folder and still runs. */
export async function endServers(how: ServeWith, storage: string): Promise<void> {
  if (how.kind === "docker") {
    await removeContainers(how.engine, `modeldeck.storage=${storage}`);
    return;
  }
  const [{ createProcessRuntime }, { millis }] = await Promise.all([
    import("../../src/core/adapters/process-runtime.ts"),
    import("../../src/core/util/ids.ts"),
  ]);
  const signal = AbortSignal.timeout(120_000);
  for (const server of await createProcessRuntime({ storage }).list(signal)) await server.stop(millis(2000), signal);
}
