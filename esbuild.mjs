// Builds everything that ships into dist/:  node esbuild.mjs [--production] [--watch]
//   extension.cjs        the extension host's entry; holds the light part of core
//   modeldeck.cjs        the terminal command; asks the same lazy bundles
//   <lazy>.cjs           one for each dynamic import of src/core: what is heavy loads on first use
//   <name>.worker.cjs    one for each src/core/adapters/<name>.worker.ts
//   page.js, editor.js   the webviews: the page in the panel, and those in editors
//   sql-wasm.wasm        beside the worker that loads it
import { copyFile, mkdir, readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { context } from "esbuild";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const root = import.meta.dirname;
const adapters = path.join(root, "src/core/adapters");
const outdir = path.join(root, "dist");

// dockerode pulls these in for ssh:// hosts and image builds, which we do not offer; ssh2 would bring native code.
const stubs = new Map([
  [/^ssh2$/, "ssh"],
  [/^\.\/ssh$/, "ssh"],
  [/^@grpc\/(grpc-js|proto-loader)$/, "grpc"],
  [/^\.\/session$/, "session"],
  [/^\.\/buildkit$/, "buildkit"],
  [/^cpu-features$/, "cpu-features"],
]);

/** Lazy entries, found while the host is built: name → file. */
const lazy = new Map();

const plugin = {
  name: "modeldeck",
  setup(build) {
    // Each importing file would copy all of VS Code's API for itself when it loads; so one module holds it, for all, and
    // of it only what is used.
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === "once" ? { path: "vscode", external: true } : { path: "vscode", namespace: "once" },
    );
    build.onLoad({ filter: /.*/, namespace: "once" }, async () => {
      const types = await readFile(path.join(root, "node_modules/@types/vscode/index.d.ts"), "utf8");
      const names = types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|function|const) (\w+)/gm);
      const lines = [...new Set([...names].map(([, name]) => name))].map(
        (name) => `export const ${name} = /* @__PURE__ */ (() => api.${name})();`,
      );
      return { contents: ['const api = require("vscode");', ...lines].join("\n") };
    });
    // `await import("./x.ts")` in core: a bundle of its own, asked for when it is first needed.
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path: file, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const name = path.basename(file, ".ts");
      lazy.set(name, path.resolve(resolveDir, file));
      return { path: `./${name}.cjs`, external: true };
    });
    build.onResolve(
      { filter: /^(ssh2|cpu-features|@grpc\/.*|\.\/(ssh|session|buildkit))$/ },
      ({ path: file, importer }) => {
        if (!/node_modules[\\/](dockerode|docker-modem|ssh2)[\\/]/.test(importer)) return undefined;
        const stub = [...stubs].find(([pattern]) => pattern.test(file))?.[1];
        return stub && { path: stub, namespace: "stub" };
      },
    );
    build.onLoad({ filter: /.*/, namespace: "stub" }, ({ path: name }) => ({
      contents: `module.exports = new Proxy(function () {}, { get(_, key) {
        if (typeof key === "symbol" || key === "__esModule" || key === "prototype") return undefined;
        throw new Error("Model Deck is built without ${name}");
      } });`,
    }));
  },
};

const common = {
  bundle: true,
  outdir,
  outExtension: { ".js": ".cjs" },
  platform: "node",
  format: "cjs",
  target: "node22",
  minify: production,
  sourcemap: production ? false : "linked",
  // import() of a .cjs file becomes require(): the same in every host.
  supported: { "dynamic-import": false },
  logOverride: { "empty-import-meta": "silent" },
  logLevel: "warning",
  metafile: true,
  plugins: [plugin],
};

async function contexts() {
  const workers = (await readdir(adapters)).filter((name) => name.endsWith(".worker.ts"));
  const made = [
    await context({ ...common, entryPoints: { extension: path.join(root, "src/extension/extension.ts") } }),
    await context({ ...common, entryPoints: { modeldeck: path.join(root, "src/terminal/main.ts") } }),
    await context({
      ...common,
      entryPoints: Object.fromEntries(workers.map((name) => [path.basename(name, ".ts"), path.join(adapters, name)])),
    }),
    await context({
      ...common,
      entryPoints: { page: path.join(root, "src/webview/main.ts"), editor: path.join(root, "src/webview/editor.ts") },
      outExtension: { ".js": ".js" },
      platform: "browser",
      format: "iife",
      target: "es2023",
      external: [],
      supported: {},
      plugins: [],
    }),
  ];
  return made;
}

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await copyFile(path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"), path.join(outdir, "sql-wasm.wasm"));

const made = await contexts();
for (const one of made) await one.rebuild();
// A lazy bundle may hold a dynamic import itself, so until none is new.
const built = new Set();
for (;;) {
  const fresh = [...lazy].filter(([name]) => !built.has(name));
  if (fresh.length === 0) break;
  const one = await context({ ...common, entryPoints: Object.fromEntries(fresh) });
  await one.rebuild();
  made.push(one);
  for (const [name] of fresh) built.add(name);
}
if (watch) {
  for (const one of made) await one.watch();
  console.log("[watch] build finished");
} else {
  for (const one of made) await one.dispose();
}
