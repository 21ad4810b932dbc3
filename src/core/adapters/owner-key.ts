import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./registry/disk-faults.ts";

const KEY = /^[0-9a-f]{64}$/;

/** The folder's key, which this user alone can read; made where there is none, and made anew where it is damaged. */
export async function readOwnerKey(folder: string): Promise<string> {
  const file = path.join(folder, "key");
  for (;;) {
    const key = await readFile(file, "utf8").catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
      return undefined;
    });
    if (key !== undefined && KEY.test(key.trim())) return key.trim();
    if (key !== undefined) await rm(file, { force: true });
    await make(folder, file);
  }
}

/** It appears with its content, or not at all; whoever comes second takes what the first has made. */
async function make(folder: string, file: string): Promise<void> {
  const content = `${randomBytes(32).toString("hex")}\n`;
  const temporary = path.join(folder, `.key.${randomBytes(6).toString("hex")}.new`);
  try {
    await writeFile(temporary, content, { flag: "wx", mode: 0o600 });
    await link(temporary, file);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    await writeFile(file, content, { flag: "wx", mode: 0o600 }).catch(() => sleep(25));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** That whoever says it has the key. The two ends say different things, so that neither can echo the other. */
export const prove = (key: string, end: "owner" | "window", nonce: string): string =>
  createHmac("sha256", key).update(`${end} ${nonce}`).digest("hex");

export function proves(proof: string, key: string, end: "owner" | "window", nonce: string): boolean {
  const [given, wanted] = [Buffer.from(proof), Buffer.from(prove(key, end, nonce))];
  return nonce !== "" && given.length === wanted.length && timingSafeEqual(given, wanted);
}

export const freshNonce = (): string => randomBytes(16).toString("hex");
