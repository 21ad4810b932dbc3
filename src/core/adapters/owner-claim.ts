import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, readdir, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type OwnerRecord, type Ownership, ownerFile, ownerGenerations, parseOwnerRecord } from "../owner/claim.ts";
import { fault } from "../util/faults.ts";
import { type Knock, knock, openDoor } from "./owner-socket.ts";
import { codeOf, diskFault } from "./registry/disk-faults.ts";
import { highestGeneration } from "./registry/names.ts";

const ATTEMPTS = 10;

/**
 * Makes this process the owner of the data folder, which it makes where it is absent.
 * An owner's file is created exclusively, and only once its socket listens: so whoever finds the file and is refused
 * by the socket knows that its owner is gone, without waiting.
 * Rejects with `locked`, naming the process where it is known, while another owner lives.
 * @param version of the extension, told to whoever knocks
 */
export async function claimOwnership(options: {
  readonly folder: string;
  readonly version?: string;
}): Promise<Ownership> {
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const folder = await realpath(options.folder);
    if (process.platform !== "win32") await chmod(folder, 0o700);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const won = await attemptClaim(folder, options.version ?? "");
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
async function attemptClaim(folder: string, version: string): Promise<Ownership | undefined> {
  const dead = ownerGenerations(await readdir(folder));
  await refuseIfAlive(folder, dead);
  const generation = Math.max(dead[0] ?? 0, await generationOnDisk(folder)) + 1;
  const door = await openDoor(folder, { pid: process.pid, generation, version });
  try {
    if (!(await putOwnerFile(folder, generation, { pid: process.pid, socket: door.socket }))) {
      await door.close();
      return undefined;
    }
    // Whoever looked before our file was there may have put one too.
    const rivals = ownerGenerations(await readdir(folder)).filter((one) => one !== generation && !dead.includes(one));
    if (rivals.some((rival) => rival > generation) || (await anyAlive(folder, rivals))) {
      await rm(path.join(folder, ownerFile(generation)), { force: true });
      await door.close();
      return undefined;
    }
  } catch (error) {
    await door.close();
    throw error;
  }
  await tidy(folder, dead);
  return { generation, release: () => door.close() };
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

async function visit(folder: string, generation: number): Promise<{ knock: Knock; record: OwnerRecord | undefined }> {
  const record = await readOwnerFile(path.join(folder, ownerFile(generation)));
  return { record, knock: record ? await knock(record.socket) : { kind: "nobody" } };
}

/** Where the file system knows no links a file may be met before its content: that is waited for, a little. */
async function readOwnerFile(file: string): Promise<OwnerRecord | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      const text = await readFile(file, "utf8");
      if (text !== "") return parseOwnerRecord(text);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    await sleep(25);
  }
  return undefined;
}

/** The file appears with its content, or not at all. False where the generation is taken. */
async function putOwnerFile(folder: string, generation: number, record: OwnerRecord): Promise<boolean> {
  const file = path.join(folder, ownerFile(generation));
  const temporary = path.join(folder, `.${ownerFile(generation)}.${randomBytes(6).toString("hex")}.new`);
  const content = `${JSON.stringify(record)}\n`;
  try {
    await writeFile(temporary, content, { flag: "wx", mode: 0o600 });
    await link(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    return await putWithoutLink(file, content);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function putWithoutLink(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
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
