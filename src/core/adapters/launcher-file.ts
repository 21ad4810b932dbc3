import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Launch, shellLauncher, windowsLauncher } from "../terminal/launcher.ts";
import { durableReplace } from "./durable-replace.ts";

const isWindows = process.platform === "win32";
const NAME = isWindows ? "modeldeck.cmd" : "modeldeck";

/** Inside the data folder, so that it stays where it is when the extension is updated. */
const fileOf = (storage: string): string => path.join(storage, "bin", NAME);

/** Writes it; idempotent. @returns its path */
export async function writeLauncher(launch: Launch): Promise<string> {
  const file = fileOf(launch.storage);
  await durableReplace(file, textOf(launch), 0o755);
  return file;
}

/** Where there is one, it starts what is installed now. */
export async function refreshLauncher(launch: Launch): Promise<void> {
  const before = await readFile(fileOf(launch.storage), "utf8").catch(() => undefined);
  if (before !== undefined && before !== textOf(launch)) await writeLauncher(launch);
}

/**
 * Makes it known in a folder, which is made where it is absent: a link, on Windows a script that calls it.
 * What has the name there and is not ours is left alone.
 * @returns the path of the new name
 */
export async function linkLauncher(launcher: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = path.join(folder, NAME);
  const there = await readFile(name, "utf8").catch(() => "");
  if (there !== "" && !there.includes("MODELDECK_STORAGE") && !there.includes(launcher))
    throw new Error(`${name} is there already, and is not Model Deck's.`);
  await rm(name, { force: true });
  if (isWindows) await writeFile(name, `@"${launcher.replaceAll("%", "%%")}" %*\r\n`);
  else await symlink(launcher, name);
  return name;
}

const textOf = (launch: Launch): string => (isWindows ? windowsLauncher(launch) : shellLauncher(launch));
