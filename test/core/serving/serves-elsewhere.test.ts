import assert from "node:assert/strict";
import os from "node:os";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { machineMemory } from "../../../src/core/adapters/machine-memory.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createFitReader } from "../../../src/core/fit/fit-of-entry.ts";
import { fitOfProfile } from "../../../src/core/fit/fit-of-profile.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import type { ServerProfile } from "../../../src/core/serving/profile.ts";
import { servesElsewhere } from "../../../src/core/serving/serves-elsewhere.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { openServingWorld } from "./deck.ts";

const { signal } = new AbortController();
const there = { elsewhere: () => true };

suite("whether a profile may be served on another machine", () => {
  test("what is a process is here; what may be a container is where the engine is", () => {
    assert.equal(servesElsewhere({ runtime: undefined }, "auto", there), true);
    assert.equal(servesElsewhere({ runtime: undefined }, "docker", there), true);
    assert.equal(servesElsewhere({ runtime: "container" }, "process", there), true);
    assert.equal(servesElsewhere({ runtime: "process" }, "docker", there), false);
    assert.equal(servesElsewhere({ runtime: undefined }, "process", there), false);
    assert.equal(servesElsewhere({ runtime: undefined }, "docker", {}), false);
  });

  for (const [address, remoteAddress, expected] of [
    ["tcp://192.0.2.7:2376", "192.0.2.7", true],
    // Nothing is started there.
    ["tcp://192.0.2.7:2376", undefined, false],
    ["tcp://127.0.0.1:2375", "192.0.2.7", false],
    ["unix:///run/docker.sock", "192.0.2.7", false],
    ["ssh://box", "192.0.2.7", false],
  ] as const)
    test(`an engine at ${address} with ${remoteAddress ?? "no address"} for its servers is ${expected ? "" : "not "}another machine's`, () => {
      const environment = { DOCKER_HOST: address };
      const remote = () => ({ remoteAddress, remoteFolders: {} });
      const runtime = createDockerRuntime({ storage: os.tmpdir(), dockerHost: () => undefined, remote, environment });
      assert.equal(runtime.elsewhere?.(), expected);
    });

  test("of such a profile nothing is said by this machine's memory, before anything ran too", async () => {
    const world = await openServingWorld(() => ({
      containers: createFakeRuntime("container"),
      processes: createFakeRuntime("process"),
    }));
    try {
      await world.conf("[a]\nMODEL=a.gguf\n");
      await world.model("a.gguf", "x".repeat(2 ** 20));
      const settings = () => readSettings(world.values, world.folder).settings;
      const registry = world.database;
      const fit = createFitReader({
        registry,
        files: nodeFiles,
        gpu: { read: async () => [] },
        memory: machineMemory,
        footprints: { of: async () => [] },
      });
      const profiles = createProfileBook({ files: nodeFiles, settings });
      const fitsWith = (engine: "auto" | "process") => {
        const elsewhere = (profile: ServerProfile): boolean => servesElsewhere(profile, engine, there);
        return fitOfProfile({ registry, files: nodeFiles, profiles, fit, elsewhere }, "a", {}, signal);
      };
      assert.deepEqual([(await fitsWith("auto")).length, (await fitsWith("process")).length], [0, 1]);
    } finally {
      await world.dispose();
    }
  });
});
