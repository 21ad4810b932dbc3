import assert from "node:assert/strict";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import type { Database, Row } from "../../../src/core/ports/database.ts";
import { type Probe, createProbe } from "../../../src/core/serving/probe.ts";
import { fault, isFault } from "../../../src/core/util/faults.ts";
import { profileId } from "../../../src/core/util/ids.ts";
import { type RegistryFolder, makeRegistryFolder } from "../registry/registry-folder.ts";

const { signal } = new AbortController();
const toolCall = { choices: [{ message: { tool_calls: [{ function: { name: "get_time", arguments: "{}" } }] } }] };

suite("asking a running server what its model can do", () => {
  let folder: RegistryFolder;
  let database: Database;
  let server: http.Server;
  let probe: Probe;
  let file: string;
  let running: string;
  let caps: object;
  let answer: unknown;
  let asked: unknown[];

  setup(async () => {
    folder = await makeRegistryFolder();
    database = await folder.open();
    file = path.join(folder.path, "model.gguf");
    running = file;
    await writeFile(file, "GGUF");
    caps = { supports_tools: true, supports_tool_calls: true };
    answer = toolCall;
    asked = [];
    server = http.createServer((request, response) => {
      const say = (body: unknown): void => void response.end(JSON.stringify(body));
      if (request.url === "/props")
        return say({
          chat_template: "{{ messages }}",
          chat_template_caps: caps,
          modalities: { vision: true, video: false, audio: false },
          build_info: "b1",
        });
      if (request.url === "/v1/models") return say({ data: [{ meta: { n_ctx_train: 32_768, n_params: 7e9 } }] });
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        asked.push(JSON.parse(body));
        if (answer !== undefined) say(answer);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const since = "2026-01-01T00:00:00Z";
    probe = createProbe({
      registry: database,
      files: nodeFiles,
      http: nodeServerHttp,
      digest: nodeDigest,
      clock: nodeClock,
      serving: {
        status: () => ({
          servers: [{ server: "default", group: "default", state: "ready", profile: "p", url, since, differences: [] }],
        }),
      },
      profiles: {
        find: async (id) => {
          if (id !== "p") throw fault({ code: "notFound", what: "profile", name: id });
          return {
            id: profileId(id),
            name: id,
            backend: "llama.cpp",
            group: "default",
            modelPath: running,
            context: undefined,
            gpuLayers: undefined,
            fit: undefined,
            fitTarget: undefined,
            extraArgs: [],
            environment: {},
            file: folder.path,
            line: 1,
          };
        },
      },
    });
    await entry("m", file, ["text", "audio"]);
  });
  teardown(async () => {
    server.closeAllConnections();
    server.close();
    await folder.remove();
  });

  const entry = (name: string, at: string, capabilities: readonly string[] = []): Promise<unknown> =>
    database.commit([
      {
        table: "entries",
        key: `discovered:${name}`,
        after: {
          name,
          layer: "discovered",
          display_name: name,
          family: name,
          backend: "llama.cpp",
          path: at,
          proof: "unverified",
          deprecated: 0,
          locked: 0,
          aliases_json: "[]",
          roles_json: "[]",
          role_priority_json: "{}",
          capabilities_json: JSON.stringify(capabilities),
          metadata_json: "{}",
          backend_config_json: "{}",
          extra_args_json: "[]",
        },
      },
    ]);
  const kept = async (): Promise<Readonly<Record<string, unknown>>> => {
    const rows = await database.query("SELECT * FROM characteristics WHERE source = 'server' ORDER BY name");
    return Object.fromEntries(
      rows.map((row) => [row["name"], [JSON.parse(String(row["value_json"])), row["confidence"]]]),
    );
  };
  const capabilities = async (): Promise<unknown> => {
    const [row] = await database.query("SELECT capabilities_json FROM entries WHERE name = 'm'");
    return JSON.parse(String(row?.["capabilities_json"]));
  };

  test("keeps what it says, and a call that was made", async () => {
    const learned = await probe.probe("m", signal);
    assert.deepEqual(await kept(), {
      audio: [false, 1],
      context: [32_768, 1],
      parameters: [7e9, 1],
      tools: [true, 1],
      video: [false, 1],
      vision: [true, 1],
    });
    assert.equal(learned.length, 6);
    assert.deepEqual(await capabilities(), ["text", "vision", "tools"]);
    assert.equal(asked.length, 1);
    const [row] = await database.query("SELECT * FROM probes");
    assert.equal(row?.["entry"], "m");
    assert.match(String(row?.["key"]), /\|[0-9a-f]{64}\|b1$/);
    assert.deepEqual(JSON.parse(String(row?.["body_json"])), learned);
  });

  test("a model that calls nothing where it could leaves doubt", async () => {
    answer = { choices: [{ message: { content: "It is noon." } }] };
    await probe.probe("m", signal);
    assert.deepEqual((await kept())["tools"], [true, 0.5]);
  });

  test("a template without tools is the server's no, and no question", async () => {
    caps = { supports_tools: false, supports_tool_calls: false, supports_reasoning_effort: true };
    await probe.probe("m", signal);
    const { tools, thinking } = await kept();
    assert.deepEqual([tools, thinking, asked.length], [[false, 1], [true, 0.9], 0]);
  });

  test("what a person said stays, and a projector that was not loaded makes no blind model", async () => {
    const person: Row = { entry: "m", name: "audio", value_json: "true", source: "person", confidence: 1 };
    await database.commit([
      { table: "characteristics", key: "m|audio|person", after: person },
      {
        table: "files",
        key: path.join(folder.path, "mmproj-F16.gguf"),
        after: { entry: "m", size_bytes: 1, proof: "unverified" },
      },
    ]);
    await probe.probe("m", signal);
    assert.ok(((await capabilities()) as string[]).includes("audio"));
    assert.deepEqual(Object.keys(await kept()), ["context", "parameters", "tools", "vision"]);
  });

  test("after a load what it says by itself is kept for the entries of the file, without a question", async () => {
    await entry("other", "/elsewhere.gguf");
    await probe.learn({ modelPath: file, url: "http://127.0.0.1:1" }, signal);
    assert.deepEqual(await kept(), {});
    const { port } = server.address() as { port: number };
    await probe.learn({ modelPath: file, url: `http://127.0.0.1:${port}` }, signal);
    assert.deepEqual((await kept())["tools"], [true, 0.9]);
    assert.equal(asked.length, 0);
    assert.deepEqual(await database.query("SELECT DISTINCT entry FROM characteristics"), [{ entry: "m" }]);
  });

  test("a model that is not loaded is told, and so is an entry that is not there", async () => {
    running = path.join(folder.path, "another.gguf");
    await writeFile(running, "GGUF too");
    await assert.rejects(
      probe.probe("m", signal),
      (error) => isFault(error, "notFound") && error.fault.what === "loaded" && error.fault.name === "m",
    );
    await rm(running);
    await assert.rejects(probe.probe("m", signal), (error) => isFault(error, "notFound"));
    await assert.rejects(
      probe.probe("nobody", signal),
      (error) => isFault(error, "notFound") && error.fault.what === "entry",
    );
  });

  test("is given up when it is cancelled", async () => {
    answer = undefined;
    const cancelled = new AbortController();
    const probing = probe.probe("m", cancelled.signal);
    const reason = new Error("enough");
    server.on("request", (request) => {
      if (request.method === "POST") cancelled.abort(reason);
    });
    await assert.rejects(probing, reason);
    assert.deepEqual(await kept(), {});
  });
});
