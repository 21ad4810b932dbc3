"use strict";
// One cold start in a process of its own: prints the milliseconds of require and activate.
//   node activate-once.cjs EXTENSION.cjs [MODULE.cjs loaded with it]
const { readFileSync } = require("node:fs");
const { registerHooks } = require("node:module");

/** Answers whatever it is asked with itself; VS Code's own objects are not what is measured. */
const anything = new Proxy(function () {}, {
  get: (_, key) => {
    if (key === "then" || key === "__esModule") return undefined;
    if (key === Symbol.toPrimitive) return () => "";
    if (key === Symbol.iterator) return () => [][Symbol.iterator]();
    return anything;
  },
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});
/** The same, but for these. */
const anythingBut = (own) => new Proxy(anything, { get: (_, key) => (key in own ? own[key] : anything[key]) });
const configuration = { get: (_key, otherwise) => otherwise, inspect: () => undefined, has: () => false };
// Bundles copy a module's own keys, so every name of the API must be one.
const types = readFileSync(require.resolve("@types/vscode/index.d.ts"), "utf8");
const names = [...types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|function|const) (\w+)/gm)].map(
  ([, name]) => name,
);
const vscode = {
  ...Object.fromEntries(names.map((name) => [name, anything])),
  workspace: anythingBut({ getConfiguration: () => configuration, workspaceFolders: undefined, isTrusted: true }),
  l10n: { bundle: undefined, uri: undefined, t: (message) => String(message) },
};
globalThis.stubOfVsCode = vscode;
registerHooks({
  resolve: (name, context, next) =>
    name === "vscode" ? { url: "stub:vscode", format: "commonjs", shortCircuit: true } : next(name, context),
  load: (url, context, next) =>
    url === "stub:vscode"
      ? { format: "commonjs", source: "module.exports = globalThis.stubOfVsCode", shortCircuit: true }
      : next(url, context),
});

// An extension host has these loaded before its first extension.
for (const name of [
  "child_process",
  "crypto",
  "fs/promises",
  "http",
  "https",
  "net",
  "os",
  "stream",
  "tls",
  "url",
  "zlib",
])
  require(`node:${name}`);

const [extension, alongside] = process.argv.slice(2);
const began = performance.now();
if (alongside) require(alongside);
const context = anythingBut({ subscriptions: [], extensionPath: __dirname, globalStorageUri: { fsPath: __dirname } });
require(extension).activate(context);
process.stdout.write(String(performance.now() - began), () => process.exit(0));
