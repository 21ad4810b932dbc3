import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import type { ProfileBook } from "../../../src/core/serving/profile-book.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const { signal } = new AbortController();

suite("profile book", () => {
  let folder: string;
  let conf: string;
  let book: ProfileBook;
  let values: Record<string, unknown>;

  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-book-"));
    conf = path.join(folder, "models.conf");
    values = { "profiles.files": [conf], weightsRoot: folder };
    book = createProfileBook({ files: nodeFiles, settings: () => readSettings(values, folder).settings });
    await writeFile(path.join(folder, "a.gguf"), "");
  });
  teardown(() => rm(folder, { recursive: true }));

  test("a section becomes a profile, every value in its place", async () => {
    await writeFile(
      conf,
      '[qwen]\nNAME=Qwen 3\nDESCRIPTION=for code\nSPEED=90 t/s\nMODEL=a.gguf\nCTX_SIZE=8192\nN_GPU_LAYERS=auto\nFIT=on\nFIT_TARGET=512\nEXTRA_ARGS=-ot  "\\.ffn=CPU"\tx\nHOST_DIR=/x\n[bench-qwen]\nMODEL=a.gguf\n',
    );
    const { profiles, problems, files } = await book.list(signal);
    assert.deepEqual(problems, []);
    assert.deepEqual(files, [conf]);
    assert.deepEqual(profiles[0], {
      id: "qwen",
      name: "Qwen 3",
      description: "for code",
      backend: "llama.cpp",
      model: "a.gguf",
      context: 8192,
      speed: "90 t/s",
      group: "default",
      bench: false,
      file: conf,
      line: 1,
      problems: [
        {
          line: 11,
          problem: "HOST_DIR is known to a compose file only, and there is none: it has no effect",
          severity: "warning",
        },
      ],
      source: "conf",
      aliases: [],
    });
    assert.deepEqual(
      profiles.map(({ id, name, bench }) => [id, name, bench]),
      [
        ["qwen", "Qwen 3", false],
        ["bench-qwen", "bench-qwen", true],
      ],
    );
    const found = await book.find("qwen", signal);
    assert.equal(found.modelPath, path.join(folder, "a.gguf"));
    assert.deepEqual(found.extraArgs, ["-ot", '"\\.ffn=CPU"', "x"]);
    assert.deepEqual([found.context, found.gpuLayers, found.fit, found.fitTarget], [8192, "auto", "on", "512"]);
    assert.deepEqual(found.environment, {});
  });

  test("an unknown name is told with the names that look like it", async () => {
    await writeFile(conf, "[qwen3-coder]\nMODEL=a.gguf\n[gemma]\nMODEL=a.gguf\n");
    await assert.rejects(book.find("qwen3-codr", signal), (error) => {
      assert.ok(isFault(error, "notFound"));
      assert.deepEqual(error.fault.near, ["qwen3-coder"]);
      return true;
    });
  });

  test("a file that breaks leaves its last good state in force, and says what is wrong where", async () => {
    await writeFile(conf, "[a]\nNAME=Good\nMODEL=a.gguf\n");
    await book.list(signal);
    let changes = 0;
    book.onChange(() => (changes += 1));
    await writeFile(conf, "[a]\nNAME=Bad\nMODEL=a.gguf\nwhat is this\n[b]\nMODEL=a.gguf\n");
    const broken = await book.list(signal);
    assert.deepEqual(
      broken.profiles.map(({ id, name }) => [id, name]),
      [["a", "Good"]],
    );
    assert.deepEqual(
      broken.problems.map(({ file, line, severity }) => [file, line, severity]),
      [[conf, 4, "error"]],
    );
    assert.equal((await book.find("a", signal)).name, "Good");
    await assert.rejects(book.find("b", signal), (error) => isFault(error, "configInvalid"));
    assert.equal(changes, 1);
    await writeFile(conf, "[a]\nNAME=Mended\nMODEL=a.gguf\n");
    assert.deepEqual(
      (await book.list(signal)).profiles.map(({ name }) => name),
      ["Mended"],
    );
    await rm(conf);
    const gone = await book.list(signal);
    assert.deepEqual([gone.profiles.length, gone.problems[0]?.problem], [1, "The file is not there"]);
  });

  test("of a file that was never good, what is good can be used, and a broken profile says why not", async () => {
    await writeFile(conf, "[a]\nMODEL=a.gguf\n[b]\nMODEL=../out.gguf\n[c]\nMODEL=a.gguf\nCTX_SIZE=many\n[d]\n");
    const { profiles, problems } = await book.list(signal);
    assert.deepEqual(
      profiles.map(({ id }) => id),
      ["a", "b", "c", "d"],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [4, 7, 8],
    );
    assert.ok(await book.find("a", signal));
    for (const [id, line] of [
      ["b", 4],
      ["c", 7],
      ["d", 8],
    ] as const)
      await assert.rejects(
        book.find(id, signal),
        (error) => isFault(error, "configInvalid") && error.fault.line === line,
      );
  });

  test("a model that is not on the disk is a warning, as it may come yet", async () => {
    await writeFile(conf, "[a]\nMODEL=later.gguf\n[b]\nMODEL=a.gguf\n");
    const [later, there] = (await book.list(signal)).profiles;
    assert.deepEqual(later?.problems, [
      { line: 2, problem: `${path.join(folder, "later.gguf")} is not there`, severity: "warning" },
    ]);
    assert.deepEqual(there?.problems, []);
    assert.ok(await book.find("a", signal));
  });

  test("an id that stands in two files is the first file's", async () => {
    const second = path.join(folder, "second.conf");
    values["profiles.files"] = [conf, second, "relative.conf"];
    await writeFile(conf, "[a]\nNAME=one\nMODEL=a.gguf\n");
    await writeFile(second, "[a]\nNAME=two\nMODEL=a.gguf\n[b]\nMODEL=/abs/b.gguf\n");
    const { profiles, problems } = await book.list(signal);
    assert.deepEqual(
      profiles.map(({ id, name }) => [id, name]),
      [
        ["a", "one"],
        ["b", "b"],
      ],
    );
    assert.deepEqual(
      problems.map(({ file }) => file),
      ["relative.conf", second],
    );
    assert.equal((await book.find("b", signal)).modelPath, "/abs/b.gguf");
  });

  test("a change is told once, and only where it says something else", async () => {
    await writeFile(conf, "[a]\nMODEL=a.gguf\n");
    let changes = 0;
    book.onChange(() => (changes += 1));
    await book.refresh(signal);
    await book.refresh(signal);
    assert.equal(changes, 1);
    await writeFile(conf, "# the same\n[a]\nMODEL=a.gguf\n");
    await book.refresh(signal);
    assert.equal(changes, 2);
    values["profiles.files"] = [];
    assert.deepEqual((await book.list(signal)).profiles, []);
    assert.equal(changes, 3);
  });
});
