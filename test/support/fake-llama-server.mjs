#!/usr/bin/env node
// Stands in for llama-server where its behaviour must be chosen: the same flags, log lines and answers, and these:
//   --fake-load-ms N   503 for so long       --fake-exit CODE   ends by itself once it listens, after --fake-load-ms
//   --fake-ctx N       /props says so        --fake-deaf        never listens
//   --fake-stubborn    ignores SIGTERM       --fake-log TEXT    one more line of its log (\e is ESC, \n a line end)
//   --fake-gate FILE   503 until that file is there
//   --fake-flood MB    so much log at once, the last line a single one of a tenth of it
//   --models-preset F  a router over models that run this same file: see fake-llama-router.mjs
import { createServer } from "node:http";
import { existsSync, openSync, readSync } from "node:fs";
import { serveModels } from "./fake-llama-router.mjs";

const args = process.argv.slice(2);
const value = (...names) => {
  const at = args.findLastIndex((arg) => names.includes(arg));
  return at < 0 ? undefined : args[at + 1];
};
const known =
  /^(-m|-c|-ngl|-ctk|-ctv|--(model|host|port|ctx-size|alias|fit|fit-target|fake-[a-z-]+|version|metrics|models-(preset|max)|no-models-autoload))$/;
const began = performance.now();
const log = (level, text) => {
  const us = Math.round((performance.now() - began) * 1000);
  const part = (n, digits) => String(n).padStart(digits, "0");
  process.stderr.write(
    `0.${part(Math.floor(us / 1e6), 2)}.${part(Math.floor(us / 1e3) % 1e3, 3)}.${part(us % 1e3, 3)} ${level} ${text}\n`,
  );
};

if (args.includes("--version")) {
  process.stderr.write("version: 0.0.0 (fake)\nbuilt for tests\n");
  process.exit(0);
}
const wrong = args.find((arg) => /^--?[a-z]/.test(arg) && !known.test(arg));
if (wrong !== undefined) {
  process.stderr.write(`error: invalid argument: ${wrong}\n`);
  process.exit(1);
}
process.on("SIGTERM", () => {
  if (!args.includes("--fake-stubborn")) process.exit(0);
});

const presets = value("--models-preset");
if (presets !== undefined) {
  const port = Number(value("--port"));
  await serveModels({ presets, port, host: value("--host"), log, isKnown: (flag) => known.test(flag) });
}
// A model of a router ends with it.
if (process.env.FAKE_OF_ROUTER !== undefined) process.stdin.on("end", () => process.exit(1)).resume();

const model = value("-m", "--model") ?? "";
log("I", `srv    load_model: loading model '${model}'`);
const said = value("--fake-log");
if (said !== undefined)
  process.stderr.write(`${said.replaceAll(String.raw`\e`, "\u001b").replaceAll(String.raw`\n`, "\n")}\n`);
const flood = Number(value("--fake-flood") ?? 0) * 1e6;
if (flood > 0) {
  const line = `${"x".repeat(999)}\n`;
  for (let done = 0; done < flood * 0.9; done += line.length * 100) process.stderr.write(line.repeat(100));
  process.stderr.write(`${"y".repeat(flood * 0.1)}\n`);
}
try {
  const head = Buffer.alloc(4);
  readSync(openSync(model, "r"), head);
  const magic = head.toString("latin1");
  if (magic !== "GGUF") throw new Error(`gguf_init_from_reader: invalid magic characters: '${magic}', expected 'GGUF'`);
} catch (error) {
  log("E", error.message);
  log("E", "srv  llama_server: exiting due to model loading error");
  process.exit(1);
}

let loaded = false;
const server = createServer((request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const path = (request.url ?? "").split("?")[0];
  if (!loaded) return answer(503, { error: { message: "Loading model", type: "unavailable_error", code: 503 } });
  if (path === "/health") return answer(200, { status: "ok" });
  if (path === "/props")
    return answer(200, {
      default_generation_settings: { n_ctx: Number(value("--fake-ctx") ?? value("-c", "--ctx-size") ?? 4096) },
      total_slots: 4,
      model_path: model,
      model_alias: value("--alias"),
      build_info: "b0-fake",
      modalities: { vision: false, audio: false },
    });
  if (path === "/slots") return answer(200, [{ id: 0, n_ctx: 4096, is_processing: false }]);
  if (path === "/metrics") return response.writeHead(200).end("llamacpp:requests_processing 0\n");
  if (path === "/v1/chat/completions")
    return answer(200, {
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: `from ${value("--alias") ?? model}` },
        },
      ],
    });
  return answer(404, { error: { message: "File Not Found", type: "not_found_error", code: 404 } });
});
server.on("error", (error) => {
  log(
    "E",
    `srv  start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: ${value("--port")} (${error.code})`,
  );
  process.exit(1);
});
const loads = Number(value("--fake-load-ms") ?? 0);
const finish = () => {
  const code = value("--fake-exit");
  if (code !== undefined) process.exit(Number(code));
  loaded = true;
  log("I", "srv  llama_server: model loaded");
};
const gate = value("--fake-gate");
const pass = () => (gate === undefined || existsSync(gate) ? finish() : setTimeout(pass, 10));
if (args.includes("--fake-deaf")) setInterval(() => {}, 1000);
else server.listen(Number(value("--port")), value("--host") ?? "127.0.0.1", () => setTimeout(pass, loads));
