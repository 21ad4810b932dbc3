// npm run package: builds, packs out/modeldeck-<version>.vsix, and asserts what it holds and how large it is.
import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { must } from "./command.ts";
import { packProblems, sizeProblems } from "./package-rules.ts";
import { readZip } from "./zip.ts";

const root = path.join(import.meta.dirname, "../..");
const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
const vsix = path.join(root, `out/modeldeck-${version}.vsix`);

await mkdir(path.dirname(vsix), { recursive: true });
await must(process.execPath, ["esbuild.mjs", "--production"], { cwd: root });
await must(
  process.execPath,
  [
    "node_modules/@vscode/vsce/vsce",
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "-o",
    vsix,
  ],
  { cwd: root },
);

const entries = await readZip(vsix);
const dist = await Promise.all(
  (await readdir(path.join(root, "dist"))).map(async (name) => ({
    name,
    size: (await stat(path.join(root, "dist", name))).size,
  })),
);
const packed = (await stat(vsix)).size;
for (const { name, size } of dist.toSorted((one, other) => other.size - one.size))
  console.log(`${String(size).padStart(9)}  dist/${name}`);
console.log(`${String(packed).padStart(9)}  ${path.relative(root, vsix)} (${entries.length} files)`);
const problems = [...packProblems(entries), ...sizeProblems(dist, packed)];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
