import { readFile, readdir, readlink, realpath } from "node:fs/promises";
import path from "node:path";
import type { GpuFacts, GpuProbe, GpuProcess } from "../ports/gpu.ts";
import { type DrmCard, drmFiles, idleMillis, isIntel, readDrmCard, sensorFiles } from "../gpu/read-drm.ts";
import { bytes } from "../util/ids.ts";
import { drmClients } from "./drm-clients.ts";

/** Below this the counter of idle time says too little. */
const SHORTEST_MS = 50;
/** Who holds memory changes seldom, and every process is looked into for it. */
const CLIENTS_AGE_MS = 5000;

/**
 * Cards of AMD and Intel, as Linux shows them. Each read is a dozen small files of the kernel's.
 * @param root for tests: a tree that looks like `/`
 */
export function drmGpus(root = "/"): GpuProbe {
  const folder = path.join(root, "sys/class/drm");
  const idled = new Map<string, { readonly at: number; readonly idle: number; readonly load: number | undefined }>();
  let absent = false;
  let clientsAt = -Infinity;
  let clients: ReturnType<typeof drmClients> | undefined;
  const askClients = (): ReturnType<typeof drmClients> => {
    if (clients && performance.now() - clientsAt < CLIENTS_AGE_MS) return clients;
    clientsAt = performance.now();
    clients = drmClients(root);
    return clients;
  };

  const loadOf = (card: DrmCard): number | undefined => {
    const idle = idleMillis(card);
    if (idle === undefined) return undefined;
    const at = performance.now();
    const before = idled.get(card.card);
    if (before && at - before.at < SHORTEST_MS) return before.load;
    const load = before ? Math.min(1, Math.max(0, 1 - (idle - before.idle) / (at - before.at))) : undefined;
    idled.set(card.card, { at, idle, load });
    return load;
  };
  return {
    read: async (signal) => {
      if (absent) return [];
      const names = (await readdir(folder).catch(() => [])).filter((name) => /^card\d+$/.test(name));
      const cards = await Promise.all(names.map((name) => readCard(folder, name)));
      signal.throwIfAborted();
      const amd = cards.filter((card) => card.file("device/mem_info_vram_total") !== undefined);
      // Who holds memory is told of all cards together, so of one alone it is known which.
      const processes = amd.length === 1 ? await kfdProcesses(root) : [];
      const clients = await (cards.some(isIntel) ? askClients() : undefined);
      const facts = cards.flatMap((card): readonly GpuFacts[] => {
        const own = isIntel(card) ? (clients?.get(card.slot) ?? []) : amd[0] === card ? processes : [];
        const one = readDrmCard(card, loadOf(card), own);
        return one ? [one] : [];
      });
      absent = facts.length === 0;
      return facts;
    },
  };
}

async function readCard(folder: string, card: string): Promise<DrmCard> {
  const at = path.join(folder, card);
  const contents = new Map<string, string>();
  const read = async (name: string, file: string): Promise<void> => {
    const content = await readFile(file, "utf8").catch(() => undefined);
    if (content !== undefined && content.trim() !== "") contents.set(name, content.trim());
  };
  const [sensor] = await readdir(path.join(at, "device/hwmon")).catch(() => []);
  await Promise.all([
    ...drmFiles.map((name) => read(name, path.join(at, name))),
    ...(sensor === undefined
      ? []
      : sensorFiles.map((name) => read(`sensor/${name}`, path.join(at, "device/hwmon", sensor, name)))),
  ]);
  const slot = path.basename(await realpath(path.join(at, "device")).catch(() => card));
  return { card, slot, file: (name) => contents.get(name) };
}

/** What AMD's compute driver says of the processes that hold its memory: one folder each, `vram_<card>` in it. */
async function kfdProcesses(root: string): Promise<readonly GpuProcess[]> {
  const folder = path.join(root, "sys/class/kfd/kfd/proc");
  const pids = (await readdir(folder).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid): Promise<GpuProcess> => {
      const files = (await readdir(path.join(folder, pid)).catch(() => [])).filter((name) => name.startsWith("vram_"));
      const held = await Promise.all(
        files.map((file) => readFile(path.join(folder, pid, file), "utf8").then(Number, () => 0)),
      );
      const name = await readlink(path.join(root, "proc", pid, "exe")).catch(() => pid);
      return { pid: Number(pid), name, memory: bytes(held.reduce((sum, one) => sum + (one || 0), 0)) };
    }),
  );
  return found
    .filter(({ memory }) => (memory ?? 0) > 0)
    .toSorted((one, other) => (other.memory ?? 0) - (one.memory ?? 0));
}
