import { glob, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../../..");

/** Bundles each suite of test/extension into a file that any extension host loads, and gives the files. */
export async function bundleHostTests(pattern = "test/extension/**/*.test.ts"): Promise<readonly string[]> {
  const outdir = path.join(root, "out/host-tests");
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const entryPoints: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) entryPoints.push(path.join(root, file));
  const { metafile } = await build({
    entryPoints: entryPoints.sort(),
    outdir,
    outExtension: { ".js": ".cjs" },
    outbase: path.join(root, "test/extension"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.outputs).map((file) => path.resolve(root, file));
}
