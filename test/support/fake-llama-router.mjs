// What a llama-server (build 11669) does with --models-preset, --models-max 1 and --no-models-autoload, as tried by hand:
// - one process a model, its log lines with `[PORT] ` before them; `instance name=X exited with status N` when it ends,
//   1 for one that was killed; a model that is unloaded while it loads ends with 1, too
// - /models/load: 200 before it is loaded; 400 `model is already running`; 404 for an unknown model; 500 `model limit
//   reached, try again later` where the other one loads still; one that is loaded is unloaded for it
// - /models/unload: 200 at once, 400 `model is not running`
// - /models: status value unloaded, loading, loaded; failed and exit_code with unloaded; args with the port it has or had
// - /models?reload=1 reads the presets again: 500 and nothing changed for a key it does not know, a model that is not
//   there any more goes, one that changed is unloaded
// - ?model= of one that is not loaded: 400 `model is not loaded`; of one that does not listen yet: 500; that loads: 503
// - stop-timeout in a section: seconds until a model that does not end is killed; an open stream keeps it from ending
// - /models/sse: model_status and status_change with stages, current, value, and exit_code
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { createInterface } from "node:readline";

/** None that a system gives to whoever asks for any, so that nobody has it before the model listens. */
async function freePort() {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 9000);
    const probe = net.createServer();
    const isFree = await new Promise((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

export async function serveModels({ presets, port, host = "127.0.0.1", log, isKnown }) {
  const models = new Map();
  const listeners = new Set();
  const refuse = (code, message) => Object.assign(new Error(message), { code });
  const tell = (model, event, data) => {
    for (const response of listeners) response.write(`data: ${JSON.stringify({ model, event, data })}\n\n`);
  };

  const parse = () => {
    const found = new Map();
    let section;
    for (const raw of readFileSync(presets, "utf8").split("\n")) {
      const line = raw.replace(/[;#].*/, "").trim();
      const name = /^\[(.+)\]$/.exec(line)?.[1];
      if (name !== undefined) found.set(name, (section = []));
      else if (section && line !== "") {
        const [key, value] = [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()];
        const flag = `${key.length > 3 ? "--" : "-"}${key}`;
        const model = [...found.keys()].at(-1);
        if (key === "stop-timeout") continue;
        if (!isKnown(flag)) throw refuse(500, `option '${key}' not recognized in preset '${model}'`);
        section.push(flag, ...(value === "true" ? [] : [value]));
      }
    }
    return found;
  };
  const read = async () => {
    const found = parse();
    for (const [id, model] of models)
      if (found.get(id)?.join("\0") !== model.args.join("\0")) {
        await end(model);
        models.delete(id);
      }
    for (const [id, args] of found)
      if (!models.has(id)) models.set(id, { id, args, status: "unloaded", port: 0, child: undefined });
  };
  const end = async (model) => {
    if (!model.child) return;
    const ended = model.ended;
    model.asked = true;
    model.child.kill(model.status === "loading" ? "SIGKILL" : "SIGTERM");
    await ended;
  };
  const load = async (model) => {
    for (const other of models.values()) {
      if (other.status === "loading") throw refuse(500, "model limit reached, try again later");
      await end(other);
    }
    const own = await freePort();
    const args = [process.argv[1], ...model.args, "--alias", model.id, "--host", "127.0.0.1", "--port", String(own)];
    const child = spawn(process.execPath, args, {
      stdio: ["pipe", "ignore", "pipe"],
      env: { ...process.env, FAKE_OF_ROUTER: "1" },
    });
    Object.assign(model, { status: "loading", port: own, child, asked: false, code: undefined, failed: false });
    tell(model.id, "model_status", { status: "loading" });
    const stages = ["text_model"];
    const progress = (value) =>
      tell(model.id, "status_change", { status: "loading", progress: { stages, current: "text_model", value } });
    progress(0);
    const lines = createInterface({ input: child.stderr });
    lines.on("line", (line) => {
      process.stderr.write(`[${own}] ${line}\n`);
      if (line.includes("loading model '")) progress(0.5);
      if (!line.includes("model loaded")) return;
      model.status = "loaded";
      tell(model.id, "status_change", { status: "loaded", info: { id: model.id } });
    });
    const drained = new Promise((resolve) => lines.once("close", resolve));
    model.ended = new Promise((resolve) => {
      child.once("exit", async (code) => {
        await drained;
        const status = code ?? 1;
        const isFailed = status !== 0;
        Object.assign(model, {
          status: "unloaded",
          child: undefined,
          code: isFailed ? status : undefined,
          failed: isFailed,
        });
        log("I", `srv           run: instance name=${model.id} exited with status ${status}`);
        tell(model.id, "status_change", { status: "unloaded", exit_code: status });
        resolve();
      });
    });
  };
  const view = ({ id, status, args, port: own, code, failed }) => ({
    id,
    object: "model",
    status: {
      value: status,
      args: ["llama-server", "--host", "127.0.0.1", "--port", String(own), "--alias", id, ...args],
      ...(failed ? { exit_code: code, failed } : {}),
    },
    ...(status === "loaded" ? { meta: { n_ctx_train: 4096 } } : {}),
  });
  const named = (id) => {
    if (id === undefined || id === null) throw refuse(400, "model name is missing from the request");
    return models.get(id);
  };
  const pass = (request, response, body, id) => {
    const model = named(id);
    if (!model) throw refuse(404, "model not found");
    if (model.status === "unloaded") throw refuse(400, "model is not loaded");
    const { method, url: path, headers } = request;
    const inner = http.request({ host: "127.0.0.1", port: model.port, method, path, headers, agent: false }, (got) => {
      response.writeHead(got.statusCode, got.headers);
      got.pipe(response);
    });
    inner.on("error", (error) => response.writeHead(500).end(JSON.stringify({ error: { message: error.message } })));
    inner.end(body);
  };

  const answer = async (request, response) => {
    const url = new URL(request.url, "http://router");
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const say = (value) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/health":
        return say({ status: "ok" });
      case "/models":
      case "/v1/models":
        if (url.searchParams.get("reload") === "1") await read();
        return say({ data: [...models.values()].map(view), object: "list" });
      case "/models/sse":
        response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
        listeners.add(response);
        response.on("close", () => listeners.delete(response));
        return undefined;
      case "/models/load": {
        const model = named(JSON.parse(body).model);
        if (!model) throw refuse(404, "File Not Found");
        if (model.child) throw refuse(400, "model is already running");
        await load(model);
        return say({ success: true });
      }
      case "/models/unload": {
        const model = named(JSON.parse(body).model);
        if (!model?.child) throw refuse(400, "model is not running");
        void end(model);
        return say({ success: true });
      }
      case "/props":
        if (!url.searchParams.has("model")) return say({ role: "router", model_path: "none", build_info: "b0-fake" });
        return pass(request, response, body, url.searchParams.get("model"));
      default:
        return pass(request, response, body, body === "" ? url.searchParams.get("model") : JSON.parse(body).model);
    }
  };

  try {
    await read();
  } catch (error) {
    log("E", `srv  llama_server: failed to initialize router models: ${error.message}`);
    process.exit(1);
  }
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", async () => {
    await Promise.all(Array.from(models.values(), end));
    process.exit(0);
  });
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      const code = error.code >= 400 ? error.code : 500;
      response.writeHead(code, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code, message: error.message } }));
    });
  });
  server.on("error", (error) => {
    log("E", `srv  start: couldn't bind HTTP server socket, hostname: ${host}, port: ${port} (${error.code})`);
    process.exit(1);
  });
  server.listen(port, host, () => log("I", `srv  llama_server: listening on http://${host}:${port}`));
  // Nothing of a single server comes after this.
  await new Promise(() => undefined);
}
