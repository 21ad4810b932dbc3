import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { engineAt, hasImage } from "../support/engine-api.ts";
import { type OwnEngine, startOwnEngine } from "../support/engine-daemon.ts";
import { findEngine } from "../support/engine.ts";
import { llamaImage } from "../support/llama.ts";
import { needs } from "../support/needs.ts";

suite("An engine of the tests' own", () => {
  let root: string;
  let own: OwnEngine;
  suiteSetup(async function () {
    this.timeout(180_000);
    root = await mkdtemp(path.join(os.tmpdir(), "mde-"));
    ({ own } = needs(this, "engine", await startOwnEngine({ root })));
  });
  suiteTeardown(async () => {
    await own?.stop();
    if (root !== undefined) await rm(root, { recursive: true, force: true });
  });

  test("takes the image of llama-server, and keeps it over a kill and a restart", async () => {
    const made = await llamaImage(own.engine);
    assert.ok(made.ok);
    await own.kill();
    assert.equal(await engineAt(own.engine.host), undefined);
    await own.restart();
    assert.equal((await engineAt(own.engine.host))?.version, own.engine.version);
    assert.equal(await hasImage(own.engine, made.image), true);
  });

  test("is not the one that the machine has, which goes on", async () => {
    const machine = await findEngine();
    if (machine.ok) assert.notEqual(machine.engine.host, own.engine.host);
    await own.stop();
    assert.equal(existsSync(root), false);
    assert.equal((await findEngine()).ok, machine.ok);
  });
});
