import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { exists } from "../support/cache-folder.ts";
import { must } from "../support/command.ts";
import { interleaved } from "./interleaved.ts";

const root = path.join(import.meta.dirname, "../..");

/** A1: require + activate against the same with the heavy libraries loaded at once. A2: sizes. */
export async function activate(rounds: number): Promise<void> {
  await must(process.execPath, ["esbuild.mjs", "--production"], { cwd: root });
  const home = await mkdtemp(path.join(os.tmpdir(), "mdbench-"));
  try {
    const eager = await bundleEager();
    const extension = path.join(root, "dist/extension.cjs");
    const once = path.join(import.meta.dirname, "activate-once.cjs");
    const env = { ...process.env, HOME: home, XDG_DATA_HOME: home, NODE_COMPILE_CACHE: "" };
    const measure =
      (...args: readonly string[]) =>
      async () =>
        Number(await must(process.execPath, [once, extension, ...args], { env }));
    const ratios = await interleaved(
      { "Model Deck": measure(), "with got, sql.js and dockerode loaded": measure(eager) },
      rounds,
    );
    for (const { contender, median, least, most } of ratios)
      console.log(
        `A1  activate ÷ ${contender}: ${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}, ${rounds} rounds); must be ≤ 0.25`,
      );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const dist = path.join(root, "dist");
  for (const name of (await readdir(dist)).toSorted())
    console.log(`A2  ${String((await stat(path.join(dist, name))).size).padStart(9)} bytes  dist/${name}`);
  const vsix = (await readdir(path.join(root, "out"))).filter((name) => name.endsWith(".vsix"));
  for (const name of vsix)
    console.log(`A2  ${String((await stat(path.join(root, "out", name))).size).padStart(9)} bytes  out/${name}`);
  if (vsix.length === 0) console.log("A2  no package yet: npm run package");
}

/** The three libraries in one bundle, made as ours are, without the parts that we leave out, too. */
async function bundleEager(): Promise<string> {
  const outfile = path.join(root, "out/bench/eager.cjs");
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    stdin: {
      contents: 'export * as got from "got"; export * as sql from "sql.js"; export * as docker from "dockerode";',
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    external: ["ssh2", "cpu-features", "@grpc/*"],
    plugins: [
      {
        name: "leave out what we leave out",
        setup: (building) => {
          building.onResolve(
            { filter: /^(ssh2|cpu-features|@grpc\/.*|\.\/(ssh|session|buildkit))$/ },
            ({ path: name, importer }) =>
              /node_modules[\\/](dockerode|docker-modem|ssh2)[\\/]/.test(importer)
                ? { path: name, namespace: "left-out" }
                : undefined,
          );
          building.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
        },
      },
    ],
    logLevel: "warning",
  });
  if (!(await exists(outfile))) throw new Error("esbuild wrote no bundle");
  return outfile;
}
