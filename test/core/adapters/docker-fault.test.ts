import assert from "node:assert/strict";
import { unreachable } from "../../../src/core/adapters/docker-fault.ts";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { faultWords } from "../../../src/core/present/fault-words.ts";
import { backendRows } from "../../../src/core/present/backend-rows.ts";
import { troubleOf } from "../../../src/core/present/trouble.ts";
import { howToGet } from "../../../src/core/serving/how-to-get.ts";
import { type ScriptedEngine, json, scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();
const failing = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

suite("why an engine cannot be used", () => {
  for (const [error, reason, remedy] of [
    [failing("ECONNREFUSED"), /nothing listens there/, /Start the engine/],
    [failing("EACCES"), /may not use it/, /join the group docker/],
    [failing("ENOTFOUND"), /no machine of that name/, /Check the address/],
    [failing("ETIMEDOUT"), /no answer/, /Wait until it has started/],
    [failing("SELF_SIGNED_CERT_IN_CHAIN"), /not trusted/, /DOCKER_CERT_PATH/],
    [failing("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), /not trusted/, /DOCKER_CERT_PATH/],
    [failing("ERR_TLS_CERT_ALTNAME_INVALID"), /for another address/, /DOCKER_CERT_PATH/],
    [failing("CERT_HAS_EXPIRED"), /expired/, /DOCKER_CERT_PATH/],
    [failing("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"), /does not accept our certificate/, /DOCKER_CERT_PATH/],
    [failing("ERR_SSL_WRONG_VERSION_NUMBER"), /does not speak TLS/, /DOCKER_CERT_PATH/],
  ] as const)
    test(`${error.message} is a sentence with one remedy`, () => {
      const words = faultWords(unreachable("tcp://box:2376", error));
      assert.match(words.message, /box:2376/);
      assert.match(words.message, reason);
      assert.match(words.remedy ?? "", remedy);
    });

  test("a socket that is not there is an engine that is not", () => {
    const words = faultWords(unreachable("unix:///s", failing("ENOENT")));
    assert.match(words.message, /no such socket/);
    assert.match(words.remedy ?? "", /Start Docker or Podman/);
  });

  test("one that was named over the network is had by no command of this machine", () => {
    const container = unreachable("tcp://box:2376", failing("ECONNREFUSED"));
    const faults = { container, process: undefined };
    assert.deepEqual(howToGet({ backend: "x", image: "x", binary: undefined, faults, platform: "linux" }), []);
  });

  for (const [error, platform, label, command] of [
    [failing("ENOENT"), "linux", "Install Docker", /apt-get install/],
    [failing("ECONNREFUSED"), "linux", "Start Docker", /systemctl start docker/],
    [failing("EACCES"), "linux", "Let This User Use Docker", /usermod -aG docker/],
    [failing("ECONNREFUSED"), "win32", /nothing listens there/, undefined],
    [failing("CERT_HAS_EXPIRED"), "linux", /expired/, undefined],
  ] as const)
    test(`${error.message} on ${platform} is had by ${command?.source ?? "no command"}`, () => {
      const container = unreachable("unix:///s", error);
      const missing = howToGet({
        backend: "llama.cpp",
        image: "x",
        binary: undefined,
        faults: { container, process: undefined },
        platform,
      });
      const [row] = backendRows([
        {
          backend: "llama.cpp",
          runtimes: [{ kind: "container", available: false, reason: troubleOf(container) }],
          usable: false,
          missing,
        },
      ]);
      if (typeof label === "string") assert.equal(row?.label, label);
      else assert.match(row?.label ?? "", label);
      if (command) assert.match(row?.way.kind === "copy" ? row.way.command : "", command);
      else assert.equal(row?.way.kind, "unknown");
    });
});

suite("an engine that answers in another way", () => {
  let engine: ScriptedEngine;
  setup(async () => {
    engine = await scriptedEngine();
  });
  teardown(() => engine.close());
  const why = async (): Promise<string | undefined> => {
    const probe = await createDockerRuntime({ storage: "/s", dockerHost: () => engine.host }).probe("x", signal);
    assert.ok(!probe.available && probe.fault.code === "engineUnreachable");
    return probe.fault.why;
  };

  test("is starting where something answers in its place", async () => {
    engine.on("GET /version", (_, response) => json(response, 503, { message: "Docker Desktop is starting" }));
    assert.equal(await why(), "starting");
  });

  test("is too old by its own version, or where it says so", async () => {
    engine.on("GET /version", { Version: "1.11", ApiVersion: "1.23" });
    assert.equal(await why(), "old");
    engine.on("GET /version", (_, response) =>
      json(response, 400, { message: "client version 1.24 is too old. Minimum supported API version is 1.44" }),
    );
    assert.equal(await why(), "old");
  });

  test("wants TLS where it is spoken to in the clear", async () => {
    engine.on("GET /version", (_, response) =>
      response.writeHead(400).end("Client sent an HTTP request to an HTTPS server.\n"),
    );
    assert.equal(await why(), "certificate");
  });

  test("is silent where it gives no answer in two seconds", async () => {
    engine.on("GET /version", () => undefined);
    assert.equal(await why(), "silent");
  }).timeout(180_000);
});
