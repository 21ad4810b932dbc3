import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { sqlWasmFile } from "../../src/core/adapters/bundle-file.ts";
import type { openDatabase } from "../../src/core/adapters/sqljs-database.ts";

const root = path.join(import.meta.dirname, "../..");
const core = path.join(root, "src/core/adapters");

/** `openDatabase` as it ships, its worker one file beside it: the sources would be stripped of their types at each start. */
export async function bundledDatabase(): Promise<typeof openDatabase> {
  const outdir = path.join(root, "out/bench");
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: {
      "sqljs-database": path.join(core, "sqljs-database.ts"),
      "registry.worker": path.join(core, "registry.worker.ts"),
    },
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    logOverride: { "empty-import-meta": "silent" },
    logLevel: "warning",
  });
  await copyFile(sqlWasmFile(), path.join(outdir, "sql-wasm.wasm"));
  const bundle = createRequire(import.meta.url)(path.join(outdir, "sqljs-database.cjs")) as {
    readonly openDatabase: typeof openDatabase;
  };
  return bundle.openDatabase;
}
