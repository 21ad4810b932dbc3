import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createOutput } from "../../../src/terminal/output.ts";
import { type ExitCode, runTerminal } from "../../../src/terminal/run.ts";
import { freePort } from "../../support/free-port.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const FAKE = fileURLToPath(import.meta.resolve("../../support/fake-llama-server.mjs"));

interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly errors: string;
}

/** The command as a script has it: words in, two streams and an exit code out; a real deck over a data folder. */
suite("the terminal command", function () {
  this.timeout(180_000);
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "terminal-"));
  });
  teardown(() => rm(folder, { recursive: true }));

  const run = async (...words: readonly string[]): Promise<Ran> => {
    const [out, errors]: [string[], string[]] = [[], []];
    const to = (lines: string[]) => ({ isTTY: false, columns: 80, write: (text: string) => lines.push(text) > 0 });
    const code = await runTerminal({
      words: [...words, "--storage", path.join(folder, "data"), "--set", "gpu.enabled=false"],
      env: {},
      output: createOutput(to(out), to(errors)),
      signal: new AbortController().signal,
    });
    return { code, out: out.join(""), errors: errors.join("") };
  };
  const fault = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  test("what went wrong has its public code, as JSON with the facts beside it, and leaves the answer's stream empty", async () => {
    const missing = await run("models.show", "--name", "nobody", "--json");
    assert.equal(missing.code, 1);
    assert.equal(missing.out, "");
    const { code, facts, message } = fault(missing.errors);
    assert.deepEqual([code, message], ["notFound", "There is no model “nobody”."]);
    assert.deepEqual((facts as { name: string }).name, "nobody");
    assert.equal(
      (await run("models.show", "--name", "nobody")).errors,
      "There is no model “nobody”. Check the name. [notFound]\n",
    );

    const strange = await run("models.lisst", "--json");
    assert.deepEqual([strange.code, fault(strange.errors)["code"]], [2, "unknownVerb"]);
    assert.match(String(fault(strange.errors)["message"]), /Did you mean models.list/);
    const unfit = await run("models.list", "--limit", "-1", "--json");
    assert.deepEqual([unfit.code, fault(unfit.errors)["code"]], [2, "badArguments"]);
    assert.match(String(fault(unfit.errors)["message"]), /takes 1 or more, not -1/);
    const unknown = await run("models.list", "--bogus", "1", "--json");
    assert.deepEqual([unknown.code, fault(unknown.errors)["code"]], [2, "badArguments"]);
  });

  test("a verb says what it takes, and opens nothing for that", async () => {
    for (const words of [
      ["downloads.limit", "--help"],
      ["help", "downloads.limit"],
    ]) {
      const help = await run(...words);
      assert.equal(help.code, 0);
      assert.equal(
        help.out,
        "Usage: modeldeck downloads.limit [--key value …] [--json]\n  --bytesPerSecond <number | null>\n",
      );
    }
    assert.equal((await run("nonsense", "--help")).code, 2);
    await assert.rejects(readFile(path.join(folder, "data")), { code: "ENOENT" });
  });

  test("a limit is set and lifted", async () => {
    assert.equal((await run("downloads.limit", "--bytesPerSecond", "5000", "--json")).out, '{"bytesPerSecond":5000}\n');
    assert.equal((await run("downloads.limit", "--bytesPerSecond", "null", "--json")).out, '{"bytesPerSecond":null}\n');
  });

  test("files are meant from where the person stands", async () => {
    const file = path.relative(process.cwd(), path.join(folder, "out.json"));
    const ran = await run("models.export", "--path", file, "--format", "json", "--json");
    assert.equal(ran.code, 0, ran.errors);
    assert.deepEqual(JSON.parse(await readFile(path.join(folder, "out.json"), "utf8")), []);
  });

  test("work that was begun is carried to its end, which the exit code tells", async () => {
    const verify = await run("maintenance.verify", "--json");
    assert.equal(verify.code, 0);
    const { id, task } = JSON.parse(verify.out) as { id: string; task: { id: string; state: string; report: unknown } };
    assert.deepEqual([task.id, task.state], [id, "done"]);
    assert.ok(task.report);
  });

  test("settings without effect are told, and a file that holds none is refused", async () => {
    const told = await run("models.stats", "--set", "downloads.paralel=2", "--set", "serving.port=0", "--json");
    assert.equal(told.code, 0);
    assert.match(told.errors, /no setting “downloads.paralel”. Did you mean downloads.parallel\?/);
    assert.match(told.errors, /serving.port takes a port; its default is used/);
    assert.doesNotThrow(() => fault(told.out));
    // What reads the error output line by line can read all of them.
    const codes = told.errors
      .trimEnd()
      .split("\n")
      .map((line) => fault(line)["code"]);
    assert.deepEqual(codes, ["configInvalid", "configInvalid"]);
    const file = path.join(folder, "list.json");
    await writeFile(file, "[1]");
    const refused = await run("models.stats", "--settings", file, "--json");
    assert.deepEqual([refused.code, fault(refused.errors)["code"]], [1, "configInvalid"]);
    const none = await run("models.stats", "--settings", path.join(folder, "none.json"), "--json");
    assert.deepEqual([none.code, fault(none.errors)["code"]], [1, "fileUnreadable"]);
  });

  test("a switch that does not come to be ready, and profiles with errors, end with 1", async function () {
    if (process.platform === "win32") return this.skip();
    const models = path.join(folder, "models");
    await mkdir(models);
    writeTinyGguf({ file: path.join(models, "fine.gguf"), name: "Fine", reply: "x" });
    await writeFile(path.join(models, "bad.gguf"), "no model");
    const file = path.join(folder, "models.conf");
    await writeFile(file, "[fine]\nMODEL=fine.gguf\nEXTRA_ARGS=--fake-exit 1\n[bad]\nMODEL=bad.gguf\n");
    const settings = path.join(folder, "set.json");
    const values = {
      "profiles.files": [file],
      locations: { main: { path: models } },
      "serving.engine": "process",
      "serving.port": await freePort(),
      "backends.llama.cpp.binary": FAKE,
    };
    await writeFile(settings, JSON.stringify(values));
    for (const profile of ["fine", "bad"]) {
      const ran = await run("serving.switch", "--profile", profile, "--settings", settings, "--json");
      assert.equal((JSON.parse(ran.out) as { outcome: string }).outcome, "failed", profile);
      assert.equal(ran.code, 1, profile);
    }
    assert.equal((await run("profiles.validate", "--path", file, "--settings", settings)).code, 0);
    await writeFile(file, "[fine]\nMODEL=../up.gguf\n");
    assert.equal((await run("profiles.validate", "--path", file, "--settings", settings)).code, 1);
  });
});
