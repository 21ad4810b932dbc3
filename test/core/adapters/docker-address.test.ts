import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { dockerAddresses, isRemote, parseAddress } from "../../../src/core/adapters/docker-address.ts";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { faultWords } from "../../../src/core/present/fault-words.ts";
import { scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();

suite("where the engine is looked for", () => {
  let home: string;
  setup(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), "modeldeck-home-"));
  });
  teardown(() => rm(home, { recursive: true }));

  const context = async (name: string, endpoint: object, tls = false): Promise<void> => {
    const id = createHash("sha256").update(name).digest("hex");
    const folder = path.join(home, ".docker/contexts/meta", id);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
    if (tls) await mkdir(path.join(home, ".docker/contexts/tls", id, "docker"), { recursive: true });
  };
  const use = (currentContext: string) =>
    writeFile(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext }));
  const found = (environment: object = {}, setting?: string) =>
    dockerAddresses(setting, { HOME: home, ...environment });

  /** What a person is told of an engine that is of no use. */
  const told = async (runtime: Runtime): Promise<readonly string[]> => {
    const probe = await runtime.probe("x", signal);
    if (probe.available) return [];
    const { message, remedy = "" } = faultWords(probe.fault);
    return [message, remedy];
  };

  for (const [text, address] of [
    ["unix:///run/x.sock", { socketPath: "/run/x.sock" }],
    ["npipe:////./pipe/docker_engine", { socketPath: "//./pipe/docker_engine" }],
    ["npipe://\\\\.\\pipe\\docker_engine", { socketPath: "//./pipe/docker_engine" }],
    ["tcp://127.0.0.1", { host: "127.0.0.1", port: 2375 }],
    ["127.0.0.1:2375", { host: "127.0.0.1", port: 2375 }],
    ["box:99", { host: "box", port: 99 }],
    ["tcp://[::1]:99", { host: "::1", port: 99 }],
    ["https://box:1", { host: "box", port: 1, tls: { folder: "", verify: true } }],
    ["ssh://me@box", { refusal: "it is reached by ssh, which is not spoken here", why: "ssh" }],
  ] as const)
    test(text, () => assert.deepEqual(parseAddress(text), { name: text, ...address }));

  test("what is no address is none", () => {
    for (const text of ["", "box", "ftp://box", "tcp://"]) assert.equal(parseAddress(text), undefined, text);
  });

  test("the setting comes first, then DOCKER_HOST, then the context in use", async () => {
    await context("colima", { Host: "unix:///colima.sock" });
    await use("colima");
    assert.deepEqual(found(), [{ name: "unix:///colima.sock", socketPath: "/colima.sock" }]);
    assert.equal(found({ DOCKER_HOST: "unix:///host.sock" })[0]?.name, "unix:///host.sock");
    assert.equal(found({ DOCKER_HOST: "unix:///host.sock" }, "unix:///set.sock")[0]?.name, "unix:///set.sock");
    await context("other", { Host: "tcp://127.0.0.1:1" });
    assert.equal(found({ DOCKER_CONTEXT: "other" })[0]?.name, "tcp://127.0.0.1:1");
    assert.notEqual(found({ DOCKER_CONTEXT: "default" })[0]?.name, "unix:///colima.sock");
  });

  test("a context that is not there is named, and nothing else is tried", async () => {
    await mkdir(path.join(home, ".docker"), { recursive: true });
    await use("gone");
    assert.deepEqual(found(), [
      { name: "gone", refusal: "that context is not there, or names no address", why: "context" },
    ]);
    const runtime = createDockerRuntime({ storage: home, dockerHost: () => undefined, environment: { HOME: home } });
    assert.deepEqual(await told(runtime), [
      "No container engine answers at gone: that context is not there, or names no address",
      "Choose another context with “docker context use”.",
    ]);
  });

  test("certificates go with a context, or with the variables of docker's command", async () => {
    await context("safe", { Host: "tcp://127.0.0.1", SkipTLSVerify: true }, true);
    await use("safe");
    const [address] = found();
    assert.ok(address && "tls" in address && address.tls);
    assert.deepEqual([address.port, address.tls.verify], [2376, false]);
    const [other] = found({ DOCKER_HOST: "tcp://127.0.0.1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" });
    assert.ok(other && "tls" in other);
    assert.deepEqual(other.tls, { folder: "/certs", verify: true });
  });

  test("an engine behind ssh is refused in clear words with one remedy, by setting and by context", async () => {
    const expected = [
      "No container engine answers at ssh://me@box: it is reached by ssh, which is not spoken here",
      "Have it listen on tcp:// with TLS, and name that address in the settings.",
    ];
    const [address] = found({}, "ssh://me@box");
    assert.equal(address !== undefined && isRemote(address), false);
    assert.deepEqual(await told(createDockerRuntime({ storage: home, dockerHost: () => "ssh://me@box" })), expected);
    await context("far", { Host: "ssh://me@box" });
    await use("far");
    const environment = { HOME: home };
    assert.deepEqual(
      await told(createDockerRuntime({ storage: home, dockerHost: () => undefined, environment })),
      expected,
    );
  });

  test("the address that was chosen is spoken to, whatever DOCKER_HOST says", async () => {
    const engine = await scriptedEngine();
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = "tcp://127.0.0.1:1";
    try {
      const runtime = createDockerRuntime({ storage: home, dockerHost: () => engine.host });
      assert.equal((await runtime.probe("x", signal)).available, true);
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
      await engine.close();
    }
  });

  test("the engine of the context in use is spoken to", async () => {
    const engine = await scriptedEngine();
    await context("mine", { Host: engine.host });
    await use("mine");
    const runtime = createDockerRuntime({ storage: home, dockerHost: () => undefined, environment: { HOME: home } });
    assert.deepEqual(await runtime.probe("x", signal), { available: true, version: "1", address: engine.host });
    await engine.close();
  });
});
