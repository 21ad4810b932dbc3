import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import {
  type EnvFileBefore,
  planEnvFile,
  restoreEnvFile,
  withEnvBlock,
} from "../../../../src/core/serving/compose/env-block.ts";
import { isFault } from "../../../../src/core/util/faults.ts";

async function prepareEnvFile(file: string, variables: Readonly<Record<string, string>>): Promise<EnvFileBefore> {
  const { before, content } = await planEnvFile(file, variables, nodeFiles);
  if (content) await nodeFiles.replace(file, content);
  return before;
}

suite("our block of .env", () => {
  let folder: string;
  let file: string;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-env-"));
    file = path.join(folder, ".env");
  });
  teardown(() => rm(folder, { recursive: true }));

  test("is put behind what is there, quoted only where it must be", async () => {
    await writeFile(file, "OWN=1\n");
    await prepareEnvFile(file, { MODEL: "a/b.gguf", EXTRA_ARGS: '-ot "\\.x=$C"', NAME: "it's" });
    const text = await readFile(file, "utf8");
    assert.ok(text.startsWith("OWN=1\n# >>> Model Deck"));
    assert.ok(text.includes('\nMODEL=a/b.gguf\nEXTRA_ARGS=\'-ot "\\.x=$C"\'\nNAME="it\'s"\n# <<< Model Deck'));
  });

  test("goes again by a rollback, whatever bytes the file is made of", async () => {
    const old = withEnvBlock(Buffer.from("A=1\r\n"), { MODEL: "first" });
    const around = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Uint8Array.from(old)));
    await fc.assert(
      fc.asyncProperty(around, fc.string({ unit: "grapheme", maxLength: 10 }), async (content, given) => {
        const value = given.replaceAll(/[\r\n\0]/g, "");
        await writeFile(file, content);
        const before = await prepareEnvFile(file, { MODEL: value });
        const second = await prepareEnvFile(file, { MODEL: "other", CTX_SIZE: "1" });
        await restoreEnvFile(second, nodeFiles);
        await restoreEnvFile(before, nodeFiles);
        assert.deepEqual(new Uint8Array(await readFile(file)), new Uint8Array(content));
      }),
      { numRuns: 60 },
    );
  });

  test("leaves what was written outside of it between a switch and its rollback", async () => {
    await writeFile(file, "A=1");
    const before = await prepareEnvFile(file, { MODEL: "new" });
    await writeFile(file, `${await readFile(file, "utf8")}B=2\n`);
    await restoreEnvFile(before, nodeFiles);
    assert.equal(await readFile(file, "utf8"), "A=1\nB=2\n");
  });

  test("a file that was not there is gone after a rollback", async () => {
    const before = await prepareEnvFile(file, { MODEL: "new" });
    await restoreEnvFile(before, nodeFiles);
    await restoreEnvFile(before, nodeFiles);
    assert.equal(await nodeFiles.stat(file), undefined);
  });

  test("stays where it is another one by now: whoever wrote that has the last word", async () => {
    const before = await prepareEnvFile(file, { MODEL: "new" });
    await prepareEnvFile(file, { MODEL: "newer" });
    const now = await readFile(file, "utf8");
    await restoreEnvFile(before, nodeFiles);
    assert.equal(await readFile(file, "utf8"), now);
    await writeFile(file, "OWN=1\n");
    await restoreEnvFile(before, nodeFiles);
    assert.equal(await readFile(file, "utf8"), "OWN=1\n");
  });

  test("a value of two lines is refused before anything is written", async () => {
    await assert.rejects(prepareEnvFile(file, { NAME: "a\nMODEL=b" }), (error) => isFault(error, "configInvalid"));
    assert.equal(await nodeFiles.stat(file), undefined);
  });
});
