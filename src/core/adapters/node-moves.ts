import { constants } from "node:fs";
import { lstat, mkdir, open, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import type { Moves } from "../ports/moves.ts";
import { fault } from "../util/faults.ts";
import { renameStubbornly, syncFolder, writeAll } from "./durable-replace.ts";
import { asWriteFault } from "./node-files.ts";

export const nodeMoves: Moves = {
  move: async (from, to) => {
    // A rename would take the place of what is there. Nobody else puts anything here in between.
    const taken = await lstat(to).then(
      () => true,
      () => false,
    );
    if (taken) throw fault({ code: "exists", what: "file", name: to });
    await named(from, renameStubbornly(from, to));
    await syncFolder(path.dirname(to));
    if (path.dirname(from) !== path.dirname(to)) await syncFolder(path.dirname(from));
  },
  makeFolder: async (folder, access) => {
    const mode = access === "own" ? 0o700 : 0o777;
    const first = await named(folder, mkdir(folder, { recursive: true, mode }));
    if (first !== undefined) for (const made of between(first, folder)) await syncFolder(path.dirname(made));
  },
  removeFolder: async (folder) => {
    try {
      await rmdir(folder);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT") return;
      if (code === "ENOTEMPTY" || code === "EEXIST")
        throw fault({ code: "stale", what: folder, reason: "there is something in it" }, error);
      throw await asFault(folder, error);
    }
    await syncFolder(path.dirname(folder));
  },
  erase: async (file) => {
    await named(file, rm(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
    await syncFolder(path.dirname(file)).catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
  },
  append: async (file, line) => {
    // Not made anew: where the file is gone, somebody else has taken over what it tells of.
    const handle = await named(file, open(file, constants.O_WRONLY | constants.O_APPEND));
    try {
      await named(file, writeAll(handle, Buffer.from(line)));
      await named(file, handle.datasync());
    } finally {
      await handle.close();
    }
  },
};

/** The folder and those above it, up to the first. */
const between = (first: string, folder: string): readonly string[] =>
  folder.length <= first.length ? [folder] : [folder, ...between(first, path.dirname(folder))];

async function named<T>(file: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw await asFault(file, error);
  }
}

async function asFault(file: string, error: unknown): Promise<Error> {
  const code = codeOf(error);
  const reason =
    code === "EXDEV"
      ? "its trash would lie on another volume"
      : code === "ENOENT"
        ? "it is not there"
        : code === "EBUSY"
          ? "another program holds it"
          : undefined;
  return reason === undefined
    ? asWriteFault(file, 4096, error)
    : fault({ code: "fileUnreadable", path: file, reason }, error);
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
