import type { ZipEntry } from "./zip.ts";

/**
 * Gates of the design's performance page (A2); a kilobyte is 1000 bytes. The host's is lower than the 200 kB there: at 189
 * its activation (A1) took too long.
 */
const LIMITS = { host: 100_000, worker: 350_000, vsix: 1_500_000 };

/** A file of the package, as vsce names it. Everything else must not ship. */
const allowed =
  /^(\[Content_Types\]\.xml|extension\.vsixmanifest|extension\/(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE(\.txt|\.md)?|(dist|media|l10n)\/.+))$/i;
const needed = [
  "extension/package.json",
  "extension/package.nls.json",
  "extension/dist/extension.cjs",
  "extension/dist/modeldeck.cjs",
  "extension/dist/page.js",
  "extension/dist/editor.js",
  "extension/dist/sql-wasm.wasm",
];

/** One sentence for each thing that must not be in the package, or is missing from it. */
export function packProblems(entries: readonly ZipEntry[]): readonly string[] {
  const names = new Set(entries.map(({ name }) => name));
  const wrong = (pattern: RegExp, what: string): readonly string[] =>
    [...names].filter((name) => pattern.test(name)).map((name) => `The package holds ${what}: ${name}.`);
  return [
    ...wrong(/\.node$/, "native code"),
    ...wrong(/(^|\/)node_modules\//, "node_modules"),
    ...wrong(/\.(ts|mts|cts|tsx)$/, "a source"),
    ...wrong(/\.map$/, "a source map"),
    ...[...names].filter((name) => !allowed.test(name)).map((name) => `The package holds what nobody named: ${name}.`),
    ...needed.filter((name) => !names.has(name)).map((name) => `The package lacks ${name}.`),
    ...entries.filter(({ size }) => size === 0).map(({ name }) => `The package holds an empty file: ${name}.`),
  ];
}

/** @param dist files of dist/ @param packed the package's own size */
export function sizeProblems(dist: readonly ZipEntry[], packed: number): readonly string[] {
  const over = (name: string, size: number, limit: number): readonly string[] =>
    size > limit ? [`${name} has ${size} bytes, and ${limit} is its limit.`] : [];
  return [
    ...dist.filter(({ name }) => name === "extension.cjs").flatMap(({ name, size }) => over(name, size, LIMITS.host)),
    ...dist
      .filter(({ name }) => name.endsWith(".worker.cjs"))
      .flatMap(({ name, size }) => over(name, size, LIMITS.worker)),
    ...over("The package", packed, LIMITS.vsix),
  ];
}
