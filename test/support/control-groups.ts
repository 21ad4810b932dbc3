import { mkdir, readFile, rmdir } from "node:fs/promises";
import { run } from "./command.ts";

/**
 * Mounts the control groups that this machine has and has not mounted. Where a v1 hierarchy is missing, containerd
 * finds no group, and an engine gives no figures and reports no death by memory, without a word. Needs root.
 */
export async function mountControlGroups(): Promise<void> {
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  if (mounts.some(([, , type]) => type === "cgroup2")) return;
  const bare = !mounts.some(([, at]) => at?.startsWith("/sys/fs/cgroup"));
  if (bare) await run("mount", ["-t", "tmpfs", "-o", "mode=755", "cgroup", "/sys/fs/cgroup"]);
  const mounted = new Set(
    mounts.filter(([, , type]) => type === "cgroup").flatMap(([, , , options = ""]) => options.split(",")),
  );
  for (const group of bare ? await ofKernel() : await ofThisProcess()) {
    const [first = ""] = group.split(",");
    if (first === "" || mounted.has(first)) continue;
    const named = group.startsWith("name=");
    const folder = `/sys/fs/cgroup/${named ? group.slice("name=".length) : group}`;
    await mkdir(folder, { recursive: true });
    const { code } = await run("mount", ["-t", "cgroup", "-o", named ? `none,${group}` : group, "cgroup", folder]);
    if (code !== 0) await rmdir(folder);
  }
}

const ofThisProcess = async (): Promise<readonly string[]> =>
  (await readFile("/proc/self/cgroup", "utf8")).split("\n").map((line) => line.split(":")[1] ?? "");

/** Those that are enabled, each a hierarchy of its own. */
const ofKernel = async (): Promise<readonly string[]> =>
  (await readFile("/proc/cgroups", "utf8"))
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split(/\s+/))
    .flatMap(([name = "", , , enabled]) => (enabled === "1" ? [name] : []));
