import { type SpawnOptions, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import path from "node:path";

export interface Ended {
  /** null: ended by a signal, or never started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that cannot be started ends with code null and the reason in stderr. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => resolve({ code: null, stdout, stderr: `${stderr}${error.message}` }));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** @throws Error with the end of what it said where the program did not exit with 0 */
export async function must(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-6).join("\n");
  throw new Error(
    `${path.basename(command)} ${args.slice(0, 3).join(" ")} ended with ${code ?? "no exit code"}: ${said}`,
  );
}

/** The first of these programs that is on PATH, absolute. */
export async function onPath(...names: readonly string[]): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).concat("/usr/sbin", "/sbin");
  for (const name of names) {
    for (const folder of folders.filter((one) => one !== "")) {
      const file = path.join(folder, name);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
  }
  return undefined;
}
