// Writes docs/verbs.md from the verb table:  node test/support/verbs-doc.ts [--check]
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type * as v from "valibot";
import { verbs } from "../../src/core/verbs/table.ts";

const file = path.join(import.meta.dirname, "../../docs/verbs.md");

/** The schema as TypeScript writes a type; only the kinds our verbs use. */
function typeOf(schema: v.GenericSchema): string {
  const node = schema as unknown as {
    readonly type: string;
    readonly entries?: Readonly<Record<string, v.GenericSchema>>;
    readonly item?: v.GenericSchema;
    readonly wrapped?: v.GenericSchema;
    readonly value?: v.GenericSchema;
    readonly options?: readonly (string | v.GenericSchema)[];
    readonly literal?: unknown;
  };
  switch (node.type) {
    case "strict_object": {
      const fields = Object.entries(node.entries ?? {}).map(([name, field]) =>
        field.type === "optional" || field.type === "exact_optional"
          ? `${name}?: ${typeOf(field)}`
          : `${name}: ${typeOf(field)}`,
      );
      return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
    }
    case "nullable":
      return `${node.wrapped ? typeOf(node.wrapped) : "unknown"} | null`;
    case "record":
      return `Record<string, ${node.value ? typeOf(node.value) : "unknown"}>`;
    case "unknown":
      return "unknown";
    case "optional":
    case "exact_optional":
      return node.wrapped ? typeOf(node.wrapped) : "unknown";
    case "array":
      return node.item ? `${typeOf(node.item)}[]` : "unknown[]";
    case "union":
      return (node.options ?? []).map((option) => (typeof option === "string" ? option : typeOf(option))).join(" | ");
    case "picklist":
      return (node.options ?? []).map((option) => JSON.stringify(option)).join(" | ");
    case "literal":
      return JSON.stringify(node.literal);
    case "string":
    case "number":
    case "boolean":
      return node.type;
    default:
      throw new Error(`verbs-doc knows no words for a ${node.type}`);
  }
}

const rows = verbs.map((verb) => {
  const args = typeOf(verb.args).replaceAll("|", "\\|");
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
