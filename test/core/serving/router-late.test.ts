import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { type Fence, fenceOf, fencedFiles, fencedPosts, fencedRuntime } from "../../../src/core/owner/fence.ts";
import type { Runtime, ServerSpec } from "../../../src/core/ports/runtime.ts";
import type { ServerHttp } from "../../../src/core/ports/server-http.ts";
import { readModels } from "../../../src/core/serving/router/router-answers.ts";
import { routedRuntimes } from "../../../src/core/serving/router/routed-runtimes.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { freePort } from "../../support/free-port.ts";

const { signal } = new AbortController();
const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

suite("a late owner and the models of a router", function () {
  this.timeout(180_000);
  let folder = "";
  let port = 0;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-late-"));
    port = await freePort();
    for (const name of ["a", "b"]) await writeFile(path.join(folder, `${name}.gguf`), "GGUF");
  });
  teardown(async () => {
    for (const server of await world().list(signal)) await server.stop(millis(500), signal);
    await rm(folder, { recursive: true, force: true });
  });

  const world = (fence: Fence = () => undefined, serverHttp: ServerHttp = nodeServerHttp): Runtime => {
    const { processes } = routedRuntimes(
      { containers: createFakeRuntime("container"), processes: createProcessRuntime({ storage: folder, fence }) },
      {
        http: fencedPosts(serverHttp, fence),
        clock: nodeClock,
        files: fencedFiles(nodeFiles, fence),
        digest: nodeDigest,
        folder: path.join(folder, "routers"),
      },
    );
    return fencedRuntime(processes, fence);
  };
  const spec = (id: string): ServerSpec => ({
    kind: "process",
    binary: FAKE,
    workingFolder: folder,
    group: "default",
    args: [],
    environment: {},
    hostPort: port,
    labels: { group: "default", profile: id, router: "fast" },
    router: {
      name: "fast",
      model: id,
      preset: [["m", path.join(folder, `${id}.gguf`)]],
      args: ["--models-max", "1", "--no-models-autoload", "--host", "127.0.0.1", "--port", String(port)],
      mounts: [],
      files: [],
    },
  });
  const up = async (): Promise<readonly string[]> => {
    const models =
      readModels(await nodeServerHttp.get(`http://127.0.0.1:${port}/models`, millis(60_000), signal)) ?? [];
    return models.filter(({ status }) => status !== "unloaded").map(({ model }) => model);
  };

  test("it unloads nothing, and whenever it notices on its way to a load it loads nothing", async () => {
    const { server } = await world().start(spec("a"), signal);
    const [adopted] = await world(fenceOf({ lost: () => true })).list(signal);
    assert.equal(adopted?.labels["profile"], "a");
    await assert.rejects(adopted.end(millis(100), signal), (error) => isFault(error, "ownerGone"));
    assert.deepEqual(await up(), ["a"]);
    await server.end(millis(2000), signal);
    for (let nth = 1; ; nth += 1) {
      let asked = 0;
      const late = world(fenceOf({ lost: () => (asked += 1) >= nth }));
      const started = await late.start(spec("b"), signal).catch((error: unknown) => error);
      if (!isFault(started)) {
        // It was asked so often on the whole way, each time but the last in vain.
        assert.ok(nth > 3, `${nth}`);
        assert.deepEqual(await up(), ["b"]);
        return;
      }
      assert.equal(started.fault.code, "ownerGone");
      assert.deepEqual(await up(), []);
    }
  });

  test("a load whose answer is lost has failed, and leaves no model behind", async () => {
    const lossy: ServerHttp = {
      ...nodeServerHttp,
      post: async (url, ...rest) => {
        const answer = await nodeServerHttp.post(url, ...rest);
        return url.endsWith("/models/load") ? { kind: "silent", reason: "no answer" } : answer;
      },
    };
    const started = world(undefined, lossy).start(spec("a"), signal);
    await assert.rejects(started, (error) => isFault(error, "serverExited"));
    assert.deepEqual(await up(), []);
  });
});
