import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type IncomingMessage, createServer, request as ask } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream";
import { DEFAULT_NET, type NetSettings } from "../../../src/core/adapters/choose-proxy.ts";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { TransferJob, Transfers } from "../../../src/core/downloads/transfers.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { faultOf, never, sampleBytes, unhurried } from "../../core/downloads/support.ts";
import { type FaultWorld, faultWorld } from "./fault-world.ts";

const SIZE = 300_000;
const content = sampleBytes(SIZE, 9);

suite("the way to a source", () => {
  let world: FaultWorld;
  let open: Transfers[] = [];

  setup(async () => {
    world = await faultWorld({ content });
  });
  teardown(async () => {
    await Promise.all(open.map((one) => one.close()));
    open = [];
    await world.close();
  });

  /** Transfers whose network settings a person changes while they run. */
  const changing = (first: NetSettings): { transfers: Transfers; change: (next: NetSettings) => void } => {
    let net = first;
    const changed = createEmitter<void>();
    const settings = (): { perHost: number; net: NetSettings } => ({ perHost: 16, net });
    const transfers = createWorkerTransfers(unhurried, undefined, undefined, settings, changed.event);
    open.push(transfers);
    const change = (next: NetSettings): void => {
      net = next;
      changed.fire();
    };
    return { transfers, change };
  };
  const transfersWith = (net: Partial<NetSettings> = {}): Transfers => changing({ ...DEFAULT_NET, ...net }).transfers;
  const fetch = (job: TransferJob, net?: Partial<NetSettings>) => transfersWith(net).run(job, () => undefined, never);
  const at = (url: string): Pick<TransferJob, "url" | "endpoint"> => ({
    url: `${url}/model.gguf`,
    endpoint: url,
  });

  test("nothing listens there: the network is told of, and it is not tried for ever", async () => {
    // A port that was free a moment ago may be another's by now; on this one nobody has listened for decades.
    const fault = await faultOf(fetch(world.job(at("http://127.0.0.1:1"))));
    assert.ok(fault.code === "network" && fault.reason === "nothing listens there");
  });

  test("a name nobody knows is a fault of the network", async () => {
    assert.equal((await faultOf(fetch(world.job(at("http://no-such-host.invalid"))))).code, "network");
  });

  for (const status of [401, 403, 451, 404, 410]) {
    test(`${status} of the source itself is no case for another try`, async () => {
      world.server.script(() => ({ status }));
      const { code } = await faultOf(fetch(world.job()));
      assert.equal(code, { 401: "unauthorized", 403: "forbidden", 451: "forbidden" }[status] ?? "notFound");
      assert.equal(world.server.asked.length, 1);
      assert.deepEqual(await world.names(), []);
    });
  }

  test("a refusal says whose token is wanted, so that no other hub's is asked for", async () => {
    world.server.script(() => ({ status: 401 }));
    const wanted = async (provider: "civitai" | "huggingface"): Promise<unknown> => {
      const fault = await faultOf(fetch(world.job({ provider })));
      return fault.code === "unauthorized" ? fault.provider : fault.code;
    };
    assert.deepEqual([await wanted("civitai"), await wanted("huggingface")], ["civitai", undefined]);
  });

  for (const [what, to] of [
    ["into the local network", "https://192.168.1.7/x"],
    ["to a cloud's metadata", "https://169.254.169.254/x"],
    ["to an address of this machine that is written as six", "https://[::ffff:127.0.0.1]/x"],
    ["out of encryption", "http://203.0.113.9/x"],
    ["to a file", "file:///etc/passwd"],
    ["to another protocol", "ftp://203.0.113.9/x"],
    ["in circles", "/model.gguf"],
  ] as const) {
    test(`a link that leads ${what} is not followed`, async () => {
      world.server.script(() => ({ status: 302, headers: { location: to } }));
      // A public address, reached through a proxy, so that the link itself is allowed.
      const proxy = await startProxy(world.server.url);
      try {
        const job = world.job({ ...at("http://models.example"), provider: "url" });
        assert.equal((await faultOf(fetch(job, { proxy: proxy.url }))).code, "forbidden");
      } finally {
        await proxy.close();
      }
    });
  }

  test("a link of this machine is refused unless it was allowed", async () => {
    const job = world.job({ provider: "url" });
    assert.equal((await faultOf(fetch(job))).code, "forbidden");
    assert.equal(world.server.asked.length, 0);
    await fetch({ ...job, allowPrivateHosts: true });
    assert.ok(await world.arrived());
  });

  test("a name that stands for an address of the local network is refused when it is connected to", async () => {
    const port = new URL(world.server.url).port;
    // Debian's own name for loopback beside localhost; where it is not known, any name of the machine is.
    const name = os.hostname();
    const job = world.job({ ...at(`http://${name}:${port}`), provider: "url" });
    const fault = await faultOf(fetch(job));
    assert.ok(["forbidden", "network"].includes(fault.code), fault.code);
    assert.equal(world.server.asked.length, 0);
  });

  test("an address that expires on the way is asked for anew, and what came stays", async () => {
    let keys = 0;
    world.server.script(({ url, index }) => {
      if (!url.includes("key=")) return { status: 302, headers: { location: `/cdn?key=${++keys}` } };
      if (index === 1) return { stop: { after: 100_000, how: "end" } };
      return url.endsWith("key=1") ? { status: 403 } : undefined;
    });
    await fetch(world.job());
    assert.ok(await world.arrived());
    assert.equal(keys, 2);
    const last = world.server.asked.at(-1);
    assert.ok(last?.range !== undefined && last.from > 0, "from where it broke off");
  });

  test("a certificate nobody vouches for is refused, unless the person said that none is checked", async () => {
    const secure = await startSecure(content);
    try {
      const job = world.job(at(secure.url));
      const fault = await faultOf(fetch(job));
      assert.ok(fault.code === "network" && fault.reason === "its certificate is not trusted");
      await fetch(job, { strictSsl: false });
      assert.ok(await world.arrived());
    } finally {
      await secure.close();
    }
  });

  test("a proxy carries it, and hears the hub's name alone of an encrypted one", async () => {
    const secure = await startSecure(content);
    const proxy = await startProxy(secure.url);
    try {
      const job = world.job({ ...at("https://models.example"), token: "hf_aSecretOfTheTest" });
      await fetch(job, { proxy: proxy.url, strictSsl: false });
      assert.ok(await world.arrived());
      assert.ok(proxy.heard.length > 0 && proxy.heard.every((one) => one === "CONNECT models.example:443"));
    } finally {
      await proxy.close();
      await secure.close();
    }
  });

  test("a proxy carries plain http too, but not to whom it shall not", async () => {
    const proxy = await startProxy(world.server.url);
    try {
      await fetch(world.job(at("http://models.example")), { proxy: proxy.url });
      assert.ok(await world.arrived());
      assert.ok(proxy.heard.includes("GET http://models.example/model.gguf"));
      const passed = world.job({ ...at("http://models.invalid"), target: `${world.out}/b.gguf` });
      await faultOf(fetch(passed, { proxy: proxy.url, noProxy: [".invalid"] }));
      assert.ok(proxy.heard.every((one) => !one.includes("invalid")));
    } finally {
      await proxy.close();
    }
  });

  test("a proxy that is set while a file comes carries the rest of it", async () => {
    const [before, after] = [await startProxy(world.server.url), await startProxy(world.server.url)];
    const { transfers, change } = changing({ ...DEFAULT_NET, proxy: before.url });
    world.server.script(({ index }) => {
      if (index > 0) return undefined;
      change({ ...DEFAULT_NET, proxy: after.url });
      return { stop: { after: 100_000, how: "reset" } };
    });
    try {
      await transfers.run(world.job(at("http://models.example")), () => undefined, never);
      assert.ok(await world.arrived());
      assert.deepEqual([before.heard.length, after.heard.length], [1, 1]);
    } finally {
      await before.close();
      await after.close();
    }
  });

  test("no connection outlives what was said of certificates", async () => {
    const secure = await startSecure(content);
    const { transfers, change } = changing({ ...DEFAULT_NET, strictSsl: false });
    try {
      await transfers.run(world.job(at(secure.url)), () => undefined, never);
      change(DEFAULT_NET);
      const next = world.job({ ...at(secure.url), target: `${world.out}/b.gguf` });
      const fault = await faultOf(transfers.run(next, () => undefined, never));
      assert.ok(fault.code === "network" && fault.reason === "its certificate is not trusted", JSON.stringify(fault));
    } finally {
      await secure.close();
    }
  });

  for (const endpoint of ["http://models.example", "https://models.example"]) {
    test(`a proxy that wants a password says so once (${endpoint.split(":")[0]})`, async () => {
      const proxy = await startProxy(world.server.url, 407);
      try {
        const fault = await faultOf(fetch(world.job(at(endpoint)), { proxy: proxy.url }));
        assert.ok(fault.code === "forbidden" && fault.reason.includes("proxy"), JSON.stringify(fault));
        assert.equal(proxy.heard.length, 1);
      } finally {
        await proxy.close();
      }
    });
  }
});

interface Side {
  readonly url: string;
  readonly heard: string[];
  close(): Promise<void>;
}

/** Whatever it is asked for, it goes there. */
async function startProxy(to: string, refuse?: number): Promise<Side> {
  const heard: string[] = [];
  const target = new URL(to);
  const server = createServer((request: IncomingMessage, response) => {
    heard.push(`${request.method} ${request.url}`);
    if (refuse !== undefined) {
      response.writeHead(refuse).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? "");
    const onward = ask({ host: target.hostname, port: target.port, path: pathname + search, headers: request.headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // Broken off on either side, it is on the other.
      pipeline(answer, response, () => undefined);
    });
    onward.on("error", () => response.destroy());
    onward.end();
  });
  server.on("connect", (request, socket) => {
    heard.push(`CONNECT ${request.url}`);
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return listening(server, "http", heard);
}

/** Signed by itself. */
async function startSecure(body: Buffer): Promise<Side> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-tls-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "2",
      "-subj",
      "/CN=models.example",
    ],
    { stdio: "ignore" },
  );
  const options = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  const heard: string[] = [];
  const server = createSecureServer(options, (request, response) => {
    heard.push(`${request.method} ${request.url}`);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const [from, end] = [Number(range?.[1] ?? 0), Number(range?.[2] ?? body.length - 1) + 1];
    response.writeHead(206, {
      "content-range": `bytes ${from}-${end - 1}/${body.length}`,
      "content-length": end - from,
      etag: '"tls"',
    });
    response.end(body.subarray(from, end));
  });
  return listening(server, "https", heard);
}

async function listening(server: ReturnType<typeof createServer>, scheme: string, heard: string[]): Promise<Side> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    heard,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
