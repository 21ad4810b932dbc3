import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** Where programs lie that a desktop's PATH does not name. */
const USUAL = ["/usr/local/bin", "/opt/homebrew/bin", path.join(os.homedir(), ".local/bin")];

/** The file of a program, given by path or by a name on PATH; undefined where there is none that can be run. */
export async function findBinary(
  program: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  const windows = process.platform === "win32";
  const endings = windows ? ["", ...(environment["PATHEXT"] ?? ".EXE").split(";")] : [""];
  const onPath = (environment["PATH"] ?? environment["Path"] ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const folders = path.isAbsolute(program) ? [""] : /[\\/]/.test(program) ? [] : [...onPath, ...(windows ? [] : USUAL)];
  for (const folder of folders)
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      if (await canRun(file)) return file;
    }
  return undefined;
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
