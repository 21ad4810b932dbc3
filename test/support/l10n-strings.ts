// The strings of l10n/bundle.l10n.json are those of the sources:  node test/support/l10n-strings.ts --write
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
export const bundleFile = path.join(root, "l10n/bundle.l10n.json");

/** Every text handed to `t(` of @vscode/l10n or vscode.l10n, sorted, each once. */
export async function stringsOfSources(): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of ["src/core", "src/extension"])
    for (const name of await readdir(path.join(root, folder), { recursive: true }))
      if (name.endsWith(".ts"))
        for (const text of stringsOf(await readFile(path.join(root, folder, name), "utf8"))) found.add(text);
  return [...found].sort();
}

const stringsOf = (source: string): readonly string[] =>
  [...source.matchAll(/(?<![\w.])(?:vscode\.l10n\.)?t\(\s*("(?:[^"\\\n]|\\.)*")/g)].map(
    ([, literal = '""']) => JSON.parse(literal) as string,
  );

if (process.argv.includes("--write")) {
  const strings = await stringsOfSources();
  await writeFile(bundleFile, `${JSON.stringify(Object.fromEntries(strings.map((text) => [text, text])), null, 2)}\n`);
}
