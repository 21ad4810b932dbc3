// npm run bench [group…] [-- --rounds N]: ratios of contenders that ran interleaved; absolute times mean nothing.
import { activate } from "./activate.ts";
import { apply } from "./apply.ts";
import { download } from "./download.ts";
import { downloadHost } from "./download-host.ts";
import { headers } from "./headers.ts";
import { idle } from "./idle.ts";
import { registry } from "./registry.ts";
import { scan } from "./scan.ts";
import { switching } from "./switch.ts";
import { verify } from "./verify.ts";
import { windows } from "./windows.ts";

const groups: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
  activate,
  apply,
  download,
  "download-host": downloadHost,
  headers,
  idle: () => idle(),
  registry,
  scan,
  switch: switching,
  verify,
  windows,
};

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? 9 : Number(process.argv[at + 1]);
const named = process.argv
  .slice(2)
  .filter((argument, index, all) => !argument.startsWith("--") && all[index - 1]?.startsWith("--") !== true);
const unknown = named.filter((name) => !(name in groups));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 5) {
  console.error(`Groups: ${Object.keys(groups).join(", ")}. At least 5 rounds.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(groups)) if (named.length === 0 || named.includes(name)) await run(rounds);
