import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { headsGroup, told } from "./process-identity.ts";
import type { ProcessIntent } from "./process-records.ts";

/** Its value is what a server's intent has as its token. */
export const TOKEN = "MODELDECK_SERVER";

/** What the end of a command line is known by: systems tell it with or without quotes. */
export function argumentsMark(args: readonly string[]): ProcessIntent["mark"] {
  const text = bare(args.join(" "));
  return { length: text.length, digest: digestOf(text) };
}

export function endsWithMark(commandLine: string, { length, digest }: ProcessIntent["mark"]): boolean {
  const text = bare(commandLine.trimEnd());
  return length > 0 && text.length >= length && digestOf(text.slice(-length)) === digest;
}

/** The number of the process that was started for it; undefined where none was, or it has ended. */
export async function findStarted(intent: ProcessIntent): Promise<number | undefined> {
  return process.platform === "linux" ? byEnvironment(intent.token) : byCommandLine(intent);
}

/** Of those that have the token, the one that heads their group: what it starts itself has it too. */
async function byEnvironment(token: string): Promise<number | undefined> {
  const entry = `\0${TOKEN}=${token}\0`;
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    // Of other users it cannot be read.
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    if (!`\0${environment}\0`.includes(entry)) continue;
    const pid = Number(name);
    if (await headsGroup(pid)) return pid;
  }
  return undefined;
}

/** Its arguments name the port, so that no two are alike. */
async function byCommandLine({ mark }: ProcessIntent): Promise<number | undefined> {
  const command = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';
  const all =
    process.platform === "win32"
      ? await told("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", command])
      : await told("ps", ["-axww", "-o", "pid=,command="]);
  for (const line of (all ?? "").split(/\r?\n/)) {
    const [, pid, text = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid !== undefined && endsWithMark(text, mark)) return Number(pid);
  }
  return undefined;
}

const bare = (text: string): string => text.replaceAll(/["\\]/g, "");
const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
