import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createWindowWorld } from "../core/owner/windows.ts";
import { freePort } from "../support/free-port.ts";
import { nativeLlamaServer } from "../support/llama.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";

/** I1 of the design is looked at for a minute; MODELDECK_IDLE_SECONDS for a shorter look. */
const SECONDS = Number(process.env["MODELDECK_IDLE_SECONDS"] ?? 60);
/** What a load leaves to do, such as learning from it, is over by then. */
const SETTLE_MS = 10_000;

interface Taken {
  readonly cpuSeconds: number;
  /** Times that any of its threads was woken from a wait. */
  readonly wakeUps: number;
}

/** What a window's process costs while one server runs and nobody looks: the owner's, and a following one's. */
export async function idle(): Promise<void> {
  if (process.platform !== "linux") return console.log("I1  is measured by /proc, on Linux alone.");
  const native = await nativeLlamaServer();
  const binary = native.ok ? native.binary : path.join(import.meta.dirname, "../support/fake-llama-server.mjs");
  const world = await createWindowWorld();
  try {
    writeTinyGguf({ file: path.join(world.folder, "tiny.gguf") });
    const conf = path.join(world.folder, "models.conf");
    await writeFile(conf, "[tiny]\nNAME=Tiny\nMODEL=tiny.gguf\nCTX_SIZE=512\n");
    const settings = {
      "profiles.files": [conf],
      weightsRoot: world.folder,
      "serving.port": await freePort(),
      "backends.llama.cpp.binary": binary,
    };
    const owner = await world.open({ settings });
    const { outcome } = await owner.run<{ outcome: string }>("serving.switch", { profile: "tiny" });
    if (outcome !== "ready") throw new Error(`the server did not start: ${outcome}`);
    try {
      await sleep(SETTLE_MS);
      const what = native.ok ? "a llama-server" : "a stand-in";
      await measure({ "the only window": owner.pid }, what);
      const follower = await world.open({ settings });
      await sleep(SETTLE_MS);
      await measure({ "an owner with a follower": owner.pid, "the follower": follower.pid }, what);
    } finally {
      await owner.run("serving.stop");
    }
  } finally {
    await world.close();
  }
}

async function measure(pids: Readonly<Record<string, number>>, what: string): Promise<void> {
  const before = await Promise.all(Object.values(pids).map(taken));
  const began = performance.now();
  await sleep(SECONDS * 1000);
  const seconds = (performance.now() - began) / 1000;
  const after = await Promise.all(Object.values(pids).map(taken));
  for (const [index, name] of Object.keys(pids).entries()) {
    const [from, to] = [before[index], after[index]];
    if (!from || !to) continue;
    const share = (100 * (to.cpuSeconds - from.cpuSeconds)) / seconds;
    const woken = (to.wakeUps - from.wakeUps) / seconds;
    console.log(
      `I1  ${name}, ${what} running, nobody looks, ${Math.round(seconds)} s: ${share.toFixed(2)} % of a core, ` +
        `${woken.toFixed(2)} wake-ups per second (must: ≤ 0.5 %, ≤ 2)`,
    );
  }
}

/** All its threads, since it started. */
async function taken(pid: number): Promise<Taken> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const threads = await readdir(`/proc/${pid}/task`);
  const statuses = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/status`, "utf8").catch(() => "")),
  );
  const wakeUps = statuses.map((status) => Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1] ?? 0));
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    wakeUps: wakeUps.reduce((sum, one) => sum + one, 0),
  };
}
