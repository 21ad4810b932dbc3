import { createHash, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import {
  copyFile,
  link,
  lstat,
  open,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import type { LinkFacts } from "../maintenance/plan.ts";
import { isBelow } from "../maintenance/operations/paths.ts";
import type { LinkKind, Links } from "../ports/links.ts";
import { fault } from "../util/faults.ts";
import { renameStubbornly, syncFolder } from "./durable-replace.ts";
import { asWriteFault, codeOf } from "./node-files.ts";

/** What volumes allow is found out once for each, as long as the adapter lives. */
export function createNodeLinks(): Links {
  const known = new Map<string, Promise<LinkFacts>>();
  return {
    make: async (file, target, how, below) => {
      if ((await lookAt(file)) !== undefined) throw fault({ code: "exists", what: "file", name: file });
      await named(file, how, makers[how](file, target, below));
      await syncFolder(path.dirname(file));
    },
    remove: async (file, target, how) => {
      await rm(halfMade(file), { force: true });
      const item = await lookAt(file);
      if (item === undefined) return;
      if (!(await isNameOf(file, item, target, how)))
        throw fault({ code: "stale", what: file, reason: "something else lies there now" });
      await named(file, how, unlink(file));
      await syncFolder(path.dirname(file));
    },
    abilities: async (folder) => {
      const device = String((await named(folder, "hard", stat(folder))).dev);
      const facts = known.get(device) ?? tryOut(folder, device);
      known.set(device, facts);
      // Another folder of the volume may allow what this one does not.
      facts.catch(() => known.delete(device));
      return facts;
    },
  };
}

type Maker = (file: string, target: string, below: string | undefined) => Promise<void>;

const makers: Readonly<Record<LinkKind, Maker>> = {
  hard: (file, target) => link(target, file),
  symbolic: async (file, target, below) => symlink(await wordsFor(file, target, below), file, "file"),
  clone: async (file, target) => {
    const half = halfMade(file);
    await rm(half, { force: true });
    try {
      await copyFile(target, half, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      const { atime, mtimeMs } = await stat(target);
      await utimes(half, atime, middleOf(mtimeMs));
      const handle = await open(half, "r+");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await renameStubbornly(half, file);
    } catch (error) {
      await rm(half, { force: true });
      throw error;
    }
  },
};

/** Beside the link, as a rename stays within a volume; found again after a kill. */
const halfMade = (file: string): string =>
  path.join(path.dirname(file), `.modeldeck-clone-${createHash("sha256").update(file).digest("hex").slice(0, 16)}`);

/** Relative from where the folders really are: the system resolves it from there. */
async function wordsFor(file: string, target: string, below: string | undefined): Promise<string> {
  if (below === undefined || !isBelow(file, below) || !isBelow(target, below)) return target;
  const [from, to] = await Promise.all([realpath(path.dirname(file)), realpath(path.dirname(target))]);
  return path.relative(from, path.join(to, path.basename(target)));
}

async function isNameOf(file: string, item: Stats, target: string, how: LinkKind): Promise<boolean> {
  if (how === "symbolic") {
    if (!item.isSymbolicLink()) return false;
    if (path.resolve(path.dirname(file), await readlink(file)) === target) return true;
    const [one, other] = await Promise.all([file, target].map((at) => realpath(at).catch(() => undefined)));
    return one !== undefined && one === other;
  }
  const original = await lookAt(target);
  if (!item.isFile() || !original?.isFile()) return false;
  if (how === "hard") return item.dev === original.dev && item.ino === original.ino;
  return item.size === original.size && Math.floor(item.mtimeMs) === Math.floor(original.mtimeMs);
}

async function tryOut(folder: string, device: string): Promise<LinkFacts> {
  const before = await stat(folder);
  const own = path.join(folder, `.modeldeck-try-${randomUUID()}`);
  const works = async (how: LinkKind): Promise<boolean> => {
    try {
      await makers[how](`${own}-${how}`, own, undefined);
      return true;
    } catch {
      return false;
    }
  };
  try {
    await named(own, "hard", writeFile(own, "Model Deck tries out what links this volume allows.\n", { flag: "wx" }));
    return { device, hard: await works("hard"), symbolic: await works("symbolic"), clone: await works("clone") };
  } finally {
    for (const end of ["", "-hard", "-symbolic", "-clone"]) await rm(own + end, { force: true });
    // Nothing has changed in it.
    await utimes(folder, before.atime, middleOf(before.mtimeMs)).catch(() => undefined);
  }
}

/** Seconds; the middle of the millisecond, so that no rounding makes it another one. */
const middleOf = (milliseconds: number): number => (Math.floor(milliseconds) + 0.5) / 1000;

const lookAt = (file: string): Promise<Stats | undefined> =>
  lstat(file).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  });

async function named<T>(file: string, how: LinkKind, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "EEXIST") throw fault({ code: "exists", what: "file", name: file }, error);
    const reason = (process.platform === "win32" && WINDOWS[how][code]) || REASONS[how][code] || BOTH[code];
    throw reason === undefined
      ? await asWriteFault(file, 4096, error)
      : fault({ code: "fileUnreadable", path: file, reason }, error);
  }
}

type Reasons = Readonly<Record<string, string>>;

const BOTH: Reasons = { ENOENT: "it is not there", EBUSY: "another program holds it" };
const NO_CLONES = "its volume cannot share blocks between files";
const REASONS: Readonly<Record<LinkKind, Reasons>> = {
  hard: {
    EXDEV: "the bytes lie on another volume, where it can have no further name",
    EPERM: "its volume, or the owner of the bytes, allows no further names",
    EMLINK: "the bytes have as many names as their volume allows",
  },
  symbolic: { EPERM: "its volume has no symbolic links" },
  clone: {
    EXDEV: "the bytes lie on another volume, with which it can share none",
    ENOTSUP: NO_CLONES,
    EOPNOTSUPP: NO_CLONES,
    ENOSYS: NO_CLONES,
    EINVAL: NO_CLONES,
    ENOTTY: NO_CLONES,
  },
};
const WINDOWS: Readonly<Record<LinkKind, Reasons>> = {
  hard: {},
  symbolic: {
    EPERM: "Windows lets this user make no symbolic links: turn on Developer Mode, or share by hard links",
  },
  clone: {},
};
