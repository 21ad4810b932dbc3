import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { linkLauncher, refreshLauncher, writeLauncher } from "../../../src/core/adapters/launcher-file.ts";
import { windowsLauncher } from "../../../src/core/terminal/launcher.ts";

/** Prints what it was called with. */
const SCRIPT = `console.log(JSON.stringify([process.argv.slice(2), process.env.MODELDECK_STORAGE]));`;

suite("the launcher of the terminal command", () => {
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "it's $HOME "));
  });
  teardown(() => rm(folder, { recursive: true }));

  const launch = async (): Promise<{ program: string; script: string; storage: string }> => {
    const script = path.join(folder, "dist dir", "modeldeck.cjs");
    await mkdir(path.dirname(script), { recursive: true });
    await writeFile(script, SCRIPT);
    return { program: process.execPath, script, storage: path.join(folder, "data") };
  };
  const call = (
    file: string,
    words: readonly string[],
    env: Record<string, string> = {},
  ): ReturnType<typeof spawnSync> =>
    spawnSync(file, words, { encoding: "utf8", env: { PATH: process.env["PATH"], ...env } });

  test("it hands every word on as it is, and says where the data lies unless one was told", async function () {
    if (process.platform === "win32") return this.skip();
    const one = await launch();
    const name = await linkLauncher(await writeLauncher(one), path.join(folder, "bin"));
    const words = ["queue", "a b", "$x", "'", ""];
    assert.deepEqual(JSON.parse(String(call(name, words).stdout)), [words, one.storage]);
    assert.deepEqual(JSON.parse(String(call(name, [], { MODELDECK_STORAGE: "/mine" }).stdout)), [[], "/mine"]);
  });

  test("after an update it starts what is installed now; gone altogether it says what to do", async function () {
    if (process.platform === "win32") return this.skip();
    const one = await launch();
    await refreshLauncher(one);
    const file = await writeLauncher({ ...one, script: path.join(folder, "old.cjs") });
    const gone = call(file, []);
    assert.equal(gone.status, 127);
    assert.match(String(gone.stderr), /Set Up the Terminal Command/);
    await refreshLauncher(one);
    assert.equal(call(file, []).status, 0);
  });

  test("what is not ours is left alone", async () => {
    const file = await writeLauncher(await launch());
    const bin = path.join(folder, "bin");
    await mkdir(bin);
    const name = path.join(bin, process.platform === "win32" ? "modeldeck.cmd" : "modeldeck");
    await writeFile(name, "of someone else");
    await assert.rejects(linkLauncher(file, bin), /not Model Deck's/);
    assert.equal(await readFile(name, "utf8"), "of someone else");
  });

  test("percent signs of paths survive on Windows", () => {
    const text = windowsLauncher({ program: String.raw`C:\100%\code.exe`, script: "s", storage: "d" });
    assert.match(text, /"C:\\100%%\\code\.exe" "s" %\*\r\n/);
  });
});
