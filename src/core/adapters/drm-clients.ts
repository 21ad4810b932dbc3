import { readFile, readdir, readlink } from "node:fs/promises";
import path from "node:path";
import { parseFdinfo } from "../gpu/parse-fdinfo.ts";
import type { GpuProcess } from "../ports/gpu.ts";
import { bytes } from "../util/ids.ts";

/** So many processes are looked through at a time: each is some dozen small files of the kernel's. */
const AT_ONCE = 8;

/**
 * Who holds memory of which card, by its slot, the largest first: of processes that this user may look into.
 * @param root for tests: a tree that looks like `/`
 */
export async function drmClients(root: string): Promise<ReadonlyMap<string, readonly GpuProcess[]>> {
  const folder = path.join(root, "proc");
  const pids = (await readdir(folder).catch(() => [])).filter((name) => /^\d+$/.test(name)).values();
  const seen = new Set<string>();
  const found = new Map<string, GpuProcess[]>();
  const look = async (): Promise<void> => {
    for (const pid of pids) {
      const held = await heldBy(path.join(folder, pid), seen);
      const name = held.size === 0 ? pid : await readlink(path.join(folder, pid, "exe")).catch(() => pid);
      for (const [slot, memory] of held)
        found.set(slot, [...(found.get(slot) ?? []), { pid: Number(pid), name, memory: bytes(memory) }]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  for (const processes of found.values()) processes.sort((one, other) => (other.memory ?? 0) - (one.memory ?? 0));
  return found;
}

/** Bytes by slot. @param seen clients that were counted already */
async function heldBy(process: string, seen: Set<string>): Promise<ReadonlyMap<string, number>> {
  const held = new Map<string, number>();
  for (const fd of await readdir(path.join(process, "fd")).catch(() => [])) {
    const target = await readlink(path.join(process, "fd", fd)).catch(() => "");
    if (!target.startsWith("/dev/dri/")) continue;
    const client = parseFdinfo(await readFile(path.join(process, "fdinfo", fd), "utf8").catch(() => ""));
    const key = client && `${client.slot} ${client.client}`;
    if (!client || key === undefined || seen.has(key) || client.resident === 0) continue;
    seen.add(key);
    held.set(client.slot, (held.get(client.slot) ?? 0) + client.resident);
  }
  return held;
}
