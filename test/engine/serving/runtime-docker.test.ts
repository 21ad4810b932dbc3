import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import type { ContainerSpec, RunningServer, Runtime } from "../../../src/core/ports/runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { bytes, millis } from "../../../src/core/util/ids.ts";
import { type Behaviour, answering, runtimeContract } from "../../contract/runtime.ts";
import { freePort } from "../../support/free-port.ts";
import { findEngine } from "../../support/engine.ts";
import { llamaImage } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();
/** The llama-server image with a shell for its entry point, so that a test says what the server does. */
const SCRIPTED = `local/modeldeck-scripted:${process.pid}`;

const scripts: Record<Behaviour, string> = {
  serve: "echo serving; exec busybox httpd -f -p 8080",
  exit: "echo one >&2; busybox printf '\\033[31mtwo\\033[0m\\n' >&2; exit 3",
  stubborn: "trap '' TERM; busybox httpd -f -p 8080",
  flood:
    "busybox head -c 18000000 /dev/zero | busybox tr '\\0' x | busybox fold -w 999; echo; busybox head -c 2000000 /dev/zero | busybox tr '\\0' y; echo",
};

const spec = (command: string, port: number): ContainerSpec => ({
  kind: "container",
  image: SCRIPTED,
  group: "default",
  args: [command],
  environment: { GREETING: "hello" },
  hostPort: port,
  containerPort: 8080,
  labels: { profile: "a", group: "default" },
  mounts: [],
  workingFolder: "/",
  hardening: { readOnlyRoot: true, temporary: { "/tmp": bytes(2 ** 20) }, processLimit: 64 },
  gpus: "none",
});

suite("containers", () => {
  let docker: Docker;
  let folder: string;
  let runtime: Runtime;
  let dispose: () => Promise<void>;

  suiteSetup(async function () {
    this.timeout(180_000);
    ({ docker, folder, runtime, dispose } = await openWorld(this));
  });
  suiteTeardown(() => dispose?.());

  test("are shown with the GPUs that they would be handed", async () => {
    const placed = await runtime.placed?.({ ...spec(scripts.serve, 1), gpus: "all" }, signal);
    assert.ok(placed?.kind === "container" && placed.gpuAccess);
    const hasDevices = placed.gpuAccess.kind !== "none";
    const { server } = await runtime.start({ ...spec(scripts.serve, await freePort()), gpus: "all" }, signal);
    try {
      const { HostConfig } = await docker.getContainer(server.id).inspect();
      const asked = [...(HostConfig.DeviceRequests ?? []), ...(HostConfig.Devices ?? [])];
      assert.equal(asked.length > 0, hasDevices);
    } finally {
      await server.stop(millis(0), signal);
    }
  });

  test("have the devices and the groups their profile names", async () => {
    const device = { source: "/dev/zero", target: "/dev/card", permissions: "r" };
    const command = "busybox head -c 5 /dev/card | busybox wc -c; busybox id -G; busybox sleep 60";
    const { server } = await runtime.start(
      { ...spec(command, await freePort()), devices: [device], groups: ["4242"] },
      signal,
    );
    try {
      const [read, groups] = await firstLines(server, 2);
      assert.equal(read?.trim(), "5");
      assert.ok(groups?.split(" ").includes("4242"), groups);
    } finally {
      await server.stop(millis(0), signal);
    }
  });

  test("run hardened: as this user, without capabilities, read-only, on a loopback port, seeing the given files alone", async () => {
    const port = await freePort();
    await writeFile(path.join(folder, "blob"), "weights");
    await symlink(path.join(folder, "blob"), path.join(folder, "link.gguf"));
    const command =
      "cat /models/model.gguf; ls /models; id -u; echo x >/models/model.gguf; echo x >/x; echo x >/tmp/x && echo $GREETING; sleep 60";
    const given = spec(command.replaceAll(/\b(cat|ls|id|sleep) /g, "busybox $1 "), port);
    const { server } = await runtime.start(
      { ...given, mounts: [{ source: path.join(folder, "blob"), target: "/models/model.gguf" }] },
      signal,
    );
    try {
      const lines = await firstLines(server, 5);
      assert.deepEqual(
        [...lines].sort(),
        [
          "weightsmodel.gguf",
          String(process.getuid?.()),
          "hello",
          "sh: line 0: can't create /models/model.gguf: Read-only file system",
          "sh: line 0: can't create /x: Read-only file system",
        ].sort(),
      );
      const { HostConfig, Config, Name } = await docker.getContainer(server.id).inspect();
      assert.match(Name, /^\/modeldeck-default-[0-9a-f]{8}$/);
      assert.equal(Config.Labels["modeldeck.storage"], folder);
      assert.equal(Config.Labels["modeldeck.profile"], "a");
      assert.deepEqual(HostConfig.CapDrop, ["ALL"]);
      assert.deepEqual(HostConfig.SecurityOpt, ["no-new-privileges"]);
      assert.equal(HostConfig.Init, true);
      assert.equal(HostConfig.ReadonlyRootfs, true);
      assert.equal(HostConfig.PidsLimit, 64);
      assert.equal(HostConfig.RestartPolicy?.Name, "no");
      assert.deepEqual(HostConfig.PortBindings, { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] });
      assert.deepEqual(HostConfig.LogConfig, { Type: "json-file", Config: { "max-size": "16m", "max-file": "2" } });
    } finally {
      await server.stop(millis(0), signal);
    }
  });

  test("a port that another container has is told by that one's name", async () => {
    const port = await freePort();
    const { server } = await runtime.start(spec(scripts.serve, port), signal);
    try {
      await assert.rejects(runtime.check(spec(scripts.serve, port), undefined, signal), (error) => {
        assert.ok(isFault(error, "portInUse"));
        assert.match(error.fault.holder ?? "", /^the container modeldeck-default-/);
        return true;
      });
    } finally {
      await server.stop(millis(0), signal);
    }
  });

  test("where there is no GPU, a server that may have all of them has none; one that is named is a fault in the engine's words", async function () {
    const runtimes: unknown = (await docker.info()).Runtimes;
    if (JSON.stringify(runtimes).includes("nvidia")) return this.skip();
    const { server } = await runtime.start({ ...spec(scripts.serve, await freePort()), gpus: "all" }, signal);
    const { HostConfig } = await docker.getContainer(server.id).inspect();
    assert.ok((HostConfig.DeviceRequests ?? []).length === 0);
    await server.stop(millis(0), signal);
    const gpus = { uuids: ["GPU-0"] };
    await assert.rejects(runtime.start({ ...spec(scripts.serve, await freePort()), gpus }, signal), (error) => {
      assert.ok(isFault(error, "serverExited"));
      assert.match(error.fault.reason, /could not select device driver/);
      return true;
    });
    assert.deepEqual(await runtime.list(signal), []);
  });

  test("an engine that is not there is a fault with its address and the reason", async () => {
    const socket = path.join(folder, "no.sock");
    const away = createDockerRuntime({ storage: folder, dockerHost: () => `unix://${socket}` });
    assert.deepEqual(await away.probe("x", signal), {
      available: false,
      fault: { code: "engineUnreachable", address: `unix://${socket}`, reason: "there is no such socket" },
    });
    assert.deepEqual(await away.list(signal), []);
  });

  test("one that runs stays told, and can be stopped, where another engine is chosen meanwhile", async () => {
    const { server } = await runtime.start(spec(scripts.serve, await freePort()), signal);
    await answering(server.url);
    const other = await scriptedEngine();
    try {
      const elsewhere = createDockerRuntime({ storage: folder, dockerHost: () => other.host });
      const [told] = await elsewhere.list(signal);
      assert.deepEqual([told?.id, told?.running, told?.url], [server.id, true, server.url]);
      assert.ok(told?.engine);
      await told.stop(millis(0), signal);
      assert.deepEqual(await elsewhere.list(signal), []);
      assert.deepEqual(await runtime.list(signal), []);
    } finally {
      await server.stop(millis(0), signal);
      await other.close();
    }
  });

  test("memory is told while it runs", async () => {
    const { server } = await runtime.start(spec(scripts.serve, await freePort()), signal);
    try {
      await answering(server.url);
      assert.ok(((await server.memory(signal)) ?? 0) > 0);
    } finally {
      await server.stop(millis(0), signal);
    }
  });
});

runtimeContract("containers", async (context) => {
  const opened = await openWorld(context);
  return {
    runtime: opened.runtime,
    reopened: () => createDockerRuntime({ storage: opened.folder, dockerHost: () => opened.host }),
    foreign: () => createDockerRuntime({ storage: `${opened.folder}-other`, dockerHost: () => opened.host }),
    spec: (behaviour, port) => spec(scripts[behaviour], port),
    missing: (port) => ({ ...spec("", port), image: "local/modeldeck-nothing:here" }),
    present: SCRIPTED,
    absent: "local/modeldeck-nothing:here",
    dispose: opened.dispose,
  };
});

async function openWorld(context: Mocha.Context) {
  const { engine } = needs(context, "engine", await findEngine());
  const { image } = needs(context, "llama", await llamaImage(engine));
  const { host } = engine;
  const docker = new Docker(host.startsWith("unix://") ? { socketPath: host.slice("unix://".length) } : {});
  const [repo, tag] = SCRIPTED.split(":");
  const made = await docker.createContainer({ Image: image });
  await made.commit({ repo, tag, changes: 'ENTRYPOINT ["/bin/busybox","sh","-c"]\nHEALTHCHECK NONE' });
  await made.remove();
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-docker-"));
  const runtime = createDockerRuntime({ storage: folder, dockerHost: () => host });
  return {
    docker,
    folder,
    host,
    runtime,
    dispose: async () => {
      for (const server of await runtime.list(signal)) await server.stop(millis(0), signal);
      await docker.getImage(SCRIPTED).remove({ force: true });
      await rm(folder, { recursive: true });
    },
  };
}

async function firstLines(server: RunningServer, count: number): Promise<readonly string[]> {
  const enough = new AbortController();
  const lines: string[] = [];
  await server.follow(
    "start",
    (more) => {
      lines.push(...more);
      if (lines.length >= count) enough.abort();
    },
    enough.signal,
  );
  return lines;
}
