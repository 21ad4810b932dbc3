import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { type ListedProcess, listProcesses } from "./list-processes.ts";
import { headsGroup } from "./process-identity.ts";
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

/** Where no environment of others can be read; undefined too where more than one could be it. */
async function byCommandLine(intent: ProcessIntent): Promise<number | undefined> {
  const [only, ...others] = (await listProcesses()).filter((one) => isStartedFor(intent, one));
  return others.length === 0 ? only?.pid : undefined;
}

/** Milliseconds: systems tell when a process began in whole seconds, and a start takes a moment. */
const EARLY = 2000;
const LATE = 15_000;
/** Who takes over the children of the dead; Windows leaves them their parent. */
const INIT = 1;

/**
 * Whether a process can be none but the one that was started for it. A command line may be anybody's, so that it counts
 * only together with its parent, its group and the moment it began.
 */
export function isStartedFor(
  { starter, startedAt, mark }: ProcessIntent,
  { pid, parent, group, began, command }: ListedProcess,
): boolean {
  const isChild = starter !== undefined && (parent === starter || (group !== undefined && parent === INIT));
  const heads = group === undefined || group === pid;
  return isChild && heads && began >= startedAt - EARLY && began <= startedAt + LATE && endsWithMark(command, mark);
}

const bare = (text: string): string => text.replaceAll(/["\\]/g, "");
const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
