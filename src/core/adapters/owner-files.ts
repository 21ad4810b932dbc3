import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type OwnerRecord, ownerFile, parseOwnerRecord } from "../owner/claim.ts";
import { type Knock, knock } from "./owner-socket.ts";
import { codeOf } from "./registry/disk-faults.ts";

/** Knocks at the owner of that generation. */
export async function visit(
  folder: string,
  generation: number,
): Promise<{ readonly knock: Knock; readonly record: OwnerRecord | undefined }> {
  const record = await readOwnerFile(path.join(folder, ownerFile(generation)));
  return { record, knock: record ? await knock(record.socket) : { kind: "nobody" } };
}

/** Where the file system knows no links a file may be met before its content: that is waited for, a little. */
export async function readOwnerFile(file: string): Promise<OwnerRecord | undefined> {
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
export async function putOwnerFile(folder: string, generation: number, record: OwnerRecord): Promise<boolean> {
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
