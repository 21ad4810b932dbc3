import { glob, readFile } from "node:fs/promises";
import path from "node:path";

/** @param logs the folder of a profile's logs */
export async function lastLog(logs: string): Promise<string> {
  for await (const file of glob("**/*Model Deck*.log", { cwd: logs }))
    return (await readFile(path.join(logs, file), "utf8")).split("\n").slice(-30).join("\n");
  return "nothing was logged";
}
