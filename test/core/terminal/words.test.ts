import assert from "node:assert/strict";
import type { Download, DownloadState } from "../../../src/core/protocol/downloads.ts";
import { parseCommand } from "../../../src/core/terminal/parse-command.ts";
import { newLines, statusLine } from "../../../src/core/terminal/queue-lines.ts";
import { verbArguments } from "../../../src/core/terminal/verb-arguments.ts";
import { verbs } from "../../../src/core/verbs/table.ts";
import { terminalCommand } from "../../../src/core/maintenance/command.ts";

const where = { set: [], verbose: false };

suite("the words of the terminal", () => {
  test("each command is understood, wherever the folder and the settings stand", () => {
    const table: readonly (readonly [string, object])[] = [
      ["", { kind: "help" }],
      ["--help", { kind: "help" }],
      ["--version", { kind: "version" }],
      ["queue run", { kind: "queueRun", stay: false, where }],
      ["queue run --until-idle", { kind: "queueRun", stay: false, where }],
      ["queue run --stay --storage /d", { kind: "queueRun", stay: true, where: { ...where, storage: "/d" } }],
      ["--storage=/d queue status --json", { kind: "queueStatus", json: true, where: { ...where, storage: "/d" } }],
      ["queue clear all --verbose", { kind: "queueClear", state: "all", where: { ...where, verbose: true } }],
      [
        "models.list --limit 3 --json --set a=1 --set b=x=y",
        {
          kind: "verb",
          verb: "models.list",
          words: ["--limit", "3"],
          json: true,
          where: { ...where, set: ["a=1", "b=x=y"] },
        },
      ],
      ["help", { kind: "help" }],
      ["help models.list", { kind: "help", verb: "models.list" }],
      ["models.list --limit 3 --help", { kind: "help", verb: "models.list" }],
      ["queue run --help", { kind: "help" }],
      ["--help --json", { kind: "help" }],
      ["help verb models.list", { kind: "help", verb: "models.list" }],
      ["verb --help", { kind: "help" }],
      ["verb gpu.status", { kind: "verb", verb: "gpu.status", words: [], json: false, where }],
    ];
    for (const [line, command] of table)
      assert.deepEqual(parseCommand(line === "" ? [] : line.split(" ")), command, line);
  });

  test("what is not understood is named", () => {
    for (const [line, problem] of [
      ["queue", /run, status or clear/],
      ["queue walk", /no “queue walk”/],
      ["queue run --fast", /takes no --fast/],
      ["queue run --stay --until-idle", /do not go together/],
      ["queue clear", /done, failed, cancelled, all/],
      ["queue clear running", /done, failed, cancelled, all/],
      ["queue clear done failed", /done, failed, cancelled, all/],
      ["--storage", /needs a value/],
      ["queue run --set nothing", /key=value/],
      ["--what", /no --what/],
      ["verb", /which verb/],
    ] as const) {
      const command = parseCommand(line.split(" "));
      assert.equal(command.kind, "wrong", line);
      assert.match(command.kind === "wrong" ? command.problem : "", problem);
    }
  });

  test("arguments of a verb are read by what it takes", () => {
    const read = (verb: string, ...words: readonly string[]): unknown => {
      const found = verbArguments(verb, words);
      return found.kind === "arguments" ? found.args : found.problem;
    };
    assert.deepEqual(read("downloads.add", "--model", "a/b", "--files", "x", "--files", "y", "--force"), {
      model: "a/b",
      files: ["x", "y"],
      force: true,
    });
    assert.deepEqual(read("downloads.add", "--model=42", "--files", "x.gguf", "--priority", "-3"), {
      model: "42",
      files: ["x.gguf"],
      priority: -3,
    });
    assert.deepEqual(read("downloads.add", '{"model":"a/b"}'), { model: "a/b" });
    assert.deepEqual(read("tasks.pause", "--all"), { all: true });
    assert.deepEqual(read("tasks.pause", "--ids", '["1","2"]'), { ids: ["1", "2"] });
    assert.deepEqual(read("models.list", "--installed", "false", "--limit", "ten"), { installed: false, limit: "ten" });
    assert.deepEqual(read("models.list", "--limit", "-1"), { limit: -1 });
    assert.deepEqual(read("downloads.limit", "--bytesPerSecond", "null"), { bytesPerSecond: null });
    assert.deepEqual(read("serving.switch", "--overrides", '{"context":-1}'), { overrides: { context: -1 } });
    assert.match(String(read("models.lisst")), /Did you mean models.list/);
    assert.match(String(read("models.groups", "--what", "x")), /takes no --what; it takes --by/);
    assert.match(String(read("downloads.add", "owner/repo")), /write --key value/);
    assert.match(String(read("downloads.add", "{")), /no JSON object/);
  });

  test("what only the palette asks is told with its command, as the palette shows it", async () => {
    const { default: titles } = await import("../../../package.nls.json", { with: { type: "json" } });
    const elsewhere = verbs.flatMap(({ name, doors }) => (doors.includes("terminal") ? [] : [name]));
    assert.ok(elsewhere.length > 0);
    for (const verb of [...elsewhere, "accounts.set", "accounts.remove"]) {
      const read = verbArguments(verb, ["--provider", "huggingface"]);
      assert.ok(read.kind === "wrong");
      assert.match(read.problem, /is asked through the editor's palette alone/);
      assert.ok(read.problem.includes(`modelDeck.${verb}`));
      const title: unknown = Object.entries(titles).find(([key]) => key === `command.${verb}`)?.[1];
      assert.ok(typeof title === "string" && read.problem.includes(`“Model Deck: ${title}”`), read.problem);
    }
  });

  test("the line that a form shows is read back as what it did", () => {
    const args = {
      path: "/srv/wan 2",
      entries: ["t2v", "it's"],
      missingOnly: false,
      files: ["ckpts/a b"],
      paused: true,
    };
    const line = terminalCommand("library.fetch", args);
    // As a shell splits it: quotes around words, '\'' within.
    const words = [...line.matchAll(/(?:'(?:[^']*)'|\\'|[^\s'])+/g)].map(([word]) =>
      word.replaceAll(/'([^']*)'|\\'/g, (_, inner: string | undefined) => inner ?? "'"),
    );
    const command = parseCommand(words.slice(1));
    assert.ok(command.kind === "verb");
    assert.deepEqual(verbArguments(command.verb, command.words), { kind: "arguments", args });
  });

  const download = (id: string, state: DownloadState, bytesDone = 0): Download => ({
    id,
    provider: "huggingface",
    model: `owner/${id}`,
    revision: "c",
    variant: "Q4_K_M",
    state,
    priority: 0,
    files: [],
    bytesDone,
    bytesTotal: 1000,
    bytesPerSecond: 0,
    etaSeconds: null,
    location: "main",
    folder: "/models",
    addedAt: "",
  });

  test("each change is one line, what had ended before is none", () => {
    const first = newLines(new Map(), [download("a", "running"), download("old", "done", 1000)], true);
    assert.deepEqual(first.lines, ["owner/a Q4_K_M: downloading, 0 B of 1.0 kB"]);
    assert.deepEqual(newLines(first.told, [download("a", "running", 50)], true).lines, []);
    const third = newLines(first.told, [download("a", "running", 250)], true);
    assert.deepEqual(third.lines, ["owner/a Q4_K_M: 25 % of 1.0 kB"]);
    assert.deepEqual(newLines(first.told, [download("a", "running", 250)], false).lines, []);
    const last = newLines(third.told, [download("a", "done", 1000)], true);
    assert.deepEqual(last.lines, ["owner/a Q4_K_M: done, 1.0 kB in /models"]);
  });

  test("the redrawn line is never wider than its terminal", () => {
    const many = Array.from({ length: 9 }, (_, at) => download(`name-${at}`, "running"));
    for (const columns of [2, 20, 80]) assert.ok(statusLine(many, columns).length < columns);
  });
});
