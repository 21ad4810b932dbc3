// npm run package: packs out/modeldeck-<version>.vsix, and asserts what it holds and how large it is.
import path from "node:path";
import { pack } from "./pack.ts";
import { packProblems, sizeProblems } from "./package-rules.ts";

const { vsix, bytes, entries, dist } = await pack();
const line = (size: number, name: string): void => console.log(`${String(size).padStart(9)}  ${name}`);
for (const { name, size } of dist.toSorted((one, other) => other.size - one.size)) line(size, `dist/${name}`);
line(bytes, `${path.relative(process.cwd(), vsix)} (${entries.length} files)`);
const problems = [...packProblems(entries), ...sizeProblems(dist, bytes)];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
