import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import type { RunningServer, Runtime, RuntimeKind } from "../../../src/core/ports/runtime.ts";
import { hostSpec } from "../../../src/core/serving/router/host-spec.ts";
import { type RouterHosts, createRouterHosts } from "../../../src/core/serving/router/router-hosts.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";

const { signal } = new AbortController();
const labels = { group: "default", backend: "llama.cpp", router: "fast", same: "x" };

suite("the routers of a group, in two worlds", () => {
  let asked: string[];
  let stopped: string[];
  let away: RuntimeKind | undefined;
  let hosts: RouterHosts;
  setup(() => {
    [asked, stopped, away] = [[], [], undefined];
    const world = (kind: RuntimeKind): Runtime => ({
      ...createFakeRuntime(kind),
      list: async () => {
        asked.push(kind);
        if (away === kind) throw new Error(`${kind} is away`);
        return [host(kind)];
      },
    });
    hosts = createRouterHosts([world("container"), world("process")], {
      http: nodeServerHttp,
      clock: nodeClock,
      files: nodeFiles,
      digest: nodeDigest,
      folder: "/nowhere",
    });
  });
  const host = (kind: RuntimeKind): RunningServer => ({
    id: kind,
    kind,
    url: "http://127.0.0.1:1",
    port: 1,
    labels,
    startedAt: 0,
    running: true,
    end: async () => undefined,
    stop: async () => void stopped.push(kind),
    processes: async () => [],
    exited: () => new Promise(() => undefined),
    follow: async () => undefined,
    memory: async () => undefined,
  });

  test("a world that never had one is not asked", async () => {
    assert.deepEqual(await hosts.of("default", "process", signal), []);
    hosts.expect("default", "process");
    assert.deepEqual(
      (await hosts.of("default", "process", signal)).map(({ id }) => id),
      ["process"],
    );
    assert.deepEqual(asked, ["process"]);
  });

  test("one that is away keeps nothing in the other from starting; its own cannot", async () => {
    hosts.expect("default", "process");
    hosts.expect("default", "container");
    away = "container";
    await hosts.makeRoom("default", "process", undefined, signal);
    assert.deepEqual(stopped, ["process"]);
    await assert.rejects(hosts.makeRoom("default", "container", undefined, signal), /container is away/);
    away = undefined;
    stopped = [];
    await hosts.makeRoom("default", "container", undefined, signal);
    assert.deepEqual(stopped, ["container", "process"]);
  });
});

test("a router that was started with other devices or groups is another one", async () => {
  const same = async (more: object): Promise<string | undefined> => {
    const router = { name: "fast", model: "q", args: [], preset: [], files: [], mounts: [] };
    const hardening = { readOnlyRoot: true, temporary: {}, processLimit: 10 };
    const base = {
      kind: "container",
      group: "default",
      hostPort: 1,
      containerPort: 8080,
      image: "i",
      args: [],
    } as const;
    const rest = {
      environment: {},
      labels: {},
      mounts: [],
      workingFolder: "/",
      gpus: "none",
      hardening,
      router,
    } as const;
    const files = { makeFolder: async () => undefined, resolve: async () => "/r" };
    return (await hostSpec({ ...base, ...rest, ...more }, { folder: "/f", files, digest: nodeDigest })).labels["same"];
  };
  const devices = [{ source: "/dev/dri", target: "/dev/dri", permissions: "rw" }];
  assert.equal(await same({ groups: [] }), await same({}));
  assert.equal(new Set([await same({}), await same({ devices }), await same({ groups: ["video"] })]).size, 3);
});
