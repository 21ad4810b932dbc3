import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { must } from "./command.ts";
import { type ZipEntry, readZip } from "./zip.ts";

const root = path.join(import.meta.dirname, "../..");

export interface Package {
  /** Absolute. */
  readonly vsix: string;
  readonly bytes: number;
  readonly entries: readonly ZipEntry[];
  /** Files of dist/. */
  readonly dist: readonly ZipEntry[];
}

/** Builds for production and packs out/modeldeck-<version>.vsix. */
export async function pack(): Promise<Package> {
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
  const vsix = path.join(root, `out/modeldeck-${version}.vsix`);
  await mkdir(path.dirname(vsix), { recursive: true });
  await must(process.execPath, ["esbuild.mjs", "--production"], { cwd: root });
  const quiet = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  await must(process.execPath, ["node_modules/@vscode/vsce/vsce", "package", ...quiet, "-o", vsix], { cwd: root });
  const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;
  const names = await readdir(path.join(root, "dist"));
  const dist = await Promise.all(
    names.map(async (name) => ({ name, size: await sizeOf(path.join(root, "dist", name)) })),
  );
  return { vsix, bytes: await sizeOf(vsix), entries: await readZip(vsix), dist };
}
