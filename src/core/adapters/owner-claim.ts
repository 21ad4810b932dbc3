import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ownership, lateFile, lateGenerations, ownerFile, ownerGenerations } from "../owner/claim.ts";
import { fault } from "../util/faults.ts";
import { putOwnerFile, readOwnerFile, visit } from "./owner-files.ts";
import { type Caller, knock, openDoor } from "./owner-socket.ts";
import { codeOf, diskFault } from "./registry/disk-faults.ts";
import { highestGeneration } from "./registry/names.ts";

const ATTEMPTS = 10;

export interface ClaimOptions {
  readonly folder: string;
  /** Of the extension, told to whoever knocks. */
  readonly version?: string;
  /** Owners up to this generation are frozen: they are superseded without being waited for. */
  readonly over?: number | undefined;
  /** Gets whoever wants to follow. */
  readonly onCaller?: (caller: Caller) => void;
}

/**
 * Makes this process the owner of the data folder, which it makes where it is absent.
 * An owner's file is created exclusively, and only once its socket listens: so whoever finds the file and is refused
 * by the socket knows that its owner is gone, without waiting.
 * Rejects with `locked`, naming the process where it is known, while another owner lives.
 */
export async function claimOwnership(options: ClaimOptions): Promise<Ownership> {
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const folder = await realpath(options.folder);
    if (process.platform !== "win32") await chmod(folder, 0o700);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const won = await attemptClaim(folder, options);
      if (won) return won;
      // Two that came at the same moment gave way to each other; not in step a second time.
      await sleep(5 + Math.random() * 20);
    }
  } catch (error) {
    throw diskFault(error, options.folder);
  }
  throw fault({ code: "locked", what: options.folder });
}

/** undefined where another claimed at the same moment: look again. */
async function attemptClaim(
  folder: string,
  { version = "", over = 0, onCaller }: ClaimOptions,
): Promise<Ownership | undefined> {
  const earlier = ownerGenerations(await readdir(folder));
  const [frozen, dead] = [earlier.filter((one) => one <= over), earlier.filter((one) => one > over)];
  await refuseIfAlive(folder, dead);
  const generation = Math.max(earlier[0] ?? 0, await generationOnDisk(folder)) + 1;
  const door = await openDoor(folder, { pid: process.pid, generation, version }, onCaller);
  try {
    if (!(await putOwnerFile(folder, generation, { pid: process.pid, socket: door.socket }))) {
      await door.close();
      return undefined;
    }
    // Whoever looked before our file was there may have put one too.
    const rivals = ownerGenerations(await readdir(folder)).filter(
      (one) => one !== generation && !earlier.includes(one),
    );
    if (rivals.some((rival) => rival > generation) || (await anyAlive(folder, rivals))) {
      await rm(path.join(folder, ownerFile(generation)), { force: true });
      await door.close();
      return undefined;
    }
    await supersede(folder, frozen);
  } catch (error) {
    await door.close();
    throw error;
  }
  await tidy(folder, dead);
  const late = await anyLate(folder, frozen);
  const file = path.join(folder, ownerFile(generation));
  const lost = (): boolean => !existsSync(file);
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    await door.close();
    // What a superseded one has left to do is done.
    await rm(path.join(folder, lateFile(generation)), { force: true });
  };
  return { generation, late, file, lost, release: () => (released ??= release()) };
}

/** Their files change the name: that is how they find out, and how it is known that they may still write. */
async function supersede(folder: string, frozen: readonly number[]): Promise<void> {
  for (const generation of frozen) {
    try {
      await rename(path.join(folder, ownerFile(generation)), path.join(folder, lateFile(generation)));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}

/** Forgets those that are gone by now. */
async function anyLate(folder: string, frozen: readonly number[]): Promise<boolean> {
  let any = false;
  for (const generation of lateGenerations(await readdir(folder))) {
    const file = path.join(folder, lateFile(generation));
    const record = await readOwnerFile(file);
    const gone = !frozen.includes(generation) && (!record || (await knock(record.socket)).kind === "nobody");
    if (gone) await rm(file, { force: true });
    else any = true;
  }
  return any;
}

async function refuseIfAlive(folder: string, generations: readonly number[]): Promise<void> {
  for (const generation of generations) {
    const found = await visit(folder, generation);
    if (found.knock.kind === "nobody") continue;
    const pid = found.knock.kind === "answered" ? found.knock.card.pid : found.record?.pid;
    throw fault({ code: "locked", what: folder, ...(pid === undefined ? {} : { pid }) });
  }
}

async function anyAlive(folder: string, generations: readonly number[]): Promise<boolean> {
  const found = await Promise.all(generations.map((generation) => visit(folder, generation)));
  return found.some(({ knock }) => knock.kind !== "nobody");
}

/** Only files of owners that were found dead, and only once a higher one is there: numbers are never used twice. */
async function tidy(folder: string, dead: readonly number[]): Promise<void> {
  for (const generation of dead) {
    const file = path.join(folder, ownerFile(generation));
    const record = await readOwnerFile(file);
    if (record?.socket.endsWith(".sock")) await rm(record.socket, { force: true });
    await rm(file, { force: true });
  }
}

/** The registry's files outlive those of their owners. */
async function generationOnDisk(folder: string): Promise<number> {
  const list = async (name: string): Promise<readonly string[]> => {
    try {
      return await readdir(path.join(folder, name));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  };
  return highestGeneration(await list("registry"), await list("journal"));
}
