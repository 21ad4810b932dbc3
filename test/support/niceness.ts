import { readFile, readdir } from "node:fs/promises";

/** How much nicer than its first thread each thread of this process is; Linux alone can say. */
export async function niceness(): Promise<readonly number[]> {
  const own = await of(String(process.pid));
  const all = await Promise.all((await readdir("/proc/self/task")).map((thread) => of(thread).catch(() => own)));
  return all.map((one) => one - own);
}

/** The 19th of proc_pid_stat(5), counted behind the name. */
async function of(thread: string): Promise<number> {
  return Number((await readFile(`/proc/self/task/${thread}/stat`, "utf8")).replace(/^.*\) /, "").split(" ")[16]);
}
