import { told } from "./process-identity.ts";

export interface ListedProcess {
  readonly pid: number;
  /** Of one whose parent is gone: 1, but for Windows, where it keeps the number. */
  readonly parent: number;
  /** undefined on Windows, which has none. */
  readonly group: number | undefined;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly command: string;
}

const WINDOWS =
  'Get-CimInstance Win32_Process | Where-Object CreationDate | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) ' +
  "$($_.CreationDate.ToUniversalTime().ToString('o')) $($_.CommandLine)\" }";

/** All of this machine that can be told, by the system's own program for that. Not for Linux, whose /proc tells more. */
export async function listProcesses(platform: NodeJS.Platform = process.platform): Promise<readonly ListedProcess[]> {
  const [all, read] =
    platform === "win32"
      ? [await told("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", WINDOWS]), ofWindows]
      : [await told("ps", ["-axww", "-o", "pid=,ppid=,pgid=,lstart=,command="]), ofPs];
  return (all ?? "").split(/\r?\n/).flatMap((line) => read(line) ?? []);
}

/** `lstart` is in UTC, as `told` asks for it: `Sat Nov 21 15:04:32 2026`. */
export function ofPs(line: string): ListedProcess | undefined {
  const [, pid, parent, group, began, command] =
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/.exec(line) ?? [];
  return began === undefined
    ? undefined
    : {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        began: Date.parse(`${began} UTC`),
        command: command ?? "",
      };
}

export function ofWindows(line: string): ListedProcess | undefined {
  const [, pid, parent, began, command] = /^(\d+) (\d+) (\S+) (.*)$/.exec(line) ?? [];
  return began === undefined
    ? undefined
    : { pid: Number(pid), parent: Number(parent), group: undefined, began: Date.parse(began), command: command ?? "" };
}
