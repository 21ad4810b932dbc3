// Writes docs/verbs.md from the verb table:  node test/support/verbs-doc.ts [--check]
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { schemaText } from "../../src/core/util/schema-text.ts";
import { verbs } from "../../src/core/verbs/table.ts";

const file = path.join(import.meta.dirname, "../../docs/verbs.md");

const rows = verbs.map((verb) => {
  const args = schemaText(verb.args).replaceAll("|", "\\|");
  return `| \`${verb.name}\` | \`${args}\` | ${verb.scope} | ${verb.changes ? "yes" : "no"} | ${verb.doors.join(", ")} |`;
});

const text = `# Verbs

Generated from \`src/core/verbs/table.ts\` by \`npm run docs\`. The types of the results are in \`src/core/protocol\`.
In VS Code each that has the door *palette* is the command \`modelDeck.<verb>\`: with an argument object it asks nothing
and answers with JSON; it rejects with an Error whose \`code\` is the fault's.

| verb | arguments | scope | changes anything | doors |
|---|---|---|---|---|
${rows.join("\n")}
`;

if (process.argv.includes("--check")) {
  const there = await readFile(file, "utf8").catch(() => "");
  if (there !== text) {
    console.error("docs/verbs.md is not what the verb table says: run `npm run docs`");
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
