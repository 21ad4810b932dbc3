import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { type Bytes, bytes } from "../util/ids.ts";

const execute = promisify(execFile);

/**
 * When the process of that number began, in the system's own words; undefined where there is none, or only what is
 * left of one. Numbers are used again: only number and mark together name a process.
 */
export async function startMark(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform === "linux") return linuxMark(pid);
  if (platform === "win32") {
    const command = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToUniversalTime().Ticks`;
    return told("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", command]);
  }
  const [state = "", ...began] = (await told("ps", ["-o", "stat=,lstart=", "-p", String(pid)]))?.split(/\s+/) ?? [];
  return state === "" || state.startsWith("Z") ? undefined : began.join(" ");
}

/** Resident memory with mapped files; undefined where there is no such process or nothing tells. */
export async function residentMemory(pid: number): Promise<Bytes | undefined> {
  if (process.platform === "win32") return undefined;
  const kilobytes =
    process.platform === "linux"
      ? /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))?.[1]
      : await told("ps", ["-o", "rss=", "-p", String(pid)]);
  return kilobytes === undefined ? undefined : bytes(Number(kilobytes) * 1024);
}

/** Of that, what is no page of a file, or is locked like one that is not: it is free once the process is gone. */
export async function ownMemory(pid: number): Promise<Bytes | undefined> {
  if (process.platform !== "linux") return residentMemory(pid);
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  if (!/^RssAnon:/m.test(status)) return undefined;
  const lockedFiles = Math.min(kilobytes("VmLck"), kilobytes("RssFile"));
  return bytes((kilobytes("RssAnon") + kilobytes("RssShmem") + lockedFiles) * 1024);
}

/** Itself, and on Linux all others of its group: those it started. */
export async function groupOf(pid: number): Promise<readonly number[]> {
  if (process.platform !== "linux") return [pid];
  const all = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const groups = await Promise.all(all.map(async (name) => ({ pid: Number(name), group: await groupNumber(name) })));
  return [pid, ...groups.filter((one) => one.group === pid && one.pid !== pid).map((one) => one.pid)];
}

/** Linux only. */
export const headsGroup = async (pid: number): Promise<boolean> => (await groupNumber(String(pid))) === pid;

async function groupNumber(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

/** How many processes this Linux has killed for want of memory since it started; undefined elsewhere. */
export async function memoryKills(): Promise<number | undefined> {
  const count = /^oom_kill (\d+)/m.exec(await readFile("/proc/vmstat", "utf8").catch(() => ""))?.[1];
  return count === undefined ? undefined : Number(count);
}

async function linuxMark(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The name, in brackets, may hold anything; state is the 3rd field, the start in ticks since boot the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields ?? [];
  if (state === undefined || state === "Z" || state === "X") return undefined;
  boot ??= readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (id) => id.trim(),
    () => "",
  );
  return `${await boot}:${fields?.[19]}`;
}

let boot: Promise<string> | undefined;

/** Times are the same for whoever asks: other windows may have another language, and a traveller another zone. */
const PLAIN = { LC_ALL: "C", TZ: "UTC" };

/** What it prints, its times in UTC and English; undefined where that is nothing, or it fails. */
export async function told(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, args, {
      env: { ...process.env, ...PLAIN },
      maxBuffer: 64 * 2 ** 20,
      timeout: 10_000,
      windowsHide: true,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
