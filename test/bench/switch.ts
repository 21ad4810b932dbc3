import http from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import Docker, { type Container } from "dockerode";
import { createDockerRuntime } from "../../src/core/adapters/docker-runtime.ts";
import { createProcessRuntime } from "../../src/core/adapters/process-runtime.ts";
import { type ServingWorld, openServingWorld } from "../core/serving/deck.ts";
import { must, onPath } from "../support/command.ts";
import { findEngine } from "../support/engine.ts";
import { freePort } from "../support/free-port.ts";
import { llamaImage } from "../support/llama.ts";
import { interleaved } from "./interleaved.ts";

const { signal } = new AbortController();
/** Answers what a switch asks of llama-server, and nothing else; ends at once when it is told to, or never. */
const IMAGE = `local/modeldeck-bench:${process.pid}`;
const STUBBORN = `${IMAGE}-stubborn`;
const SERVE = 'case "$*" in *--die*) exit 1;; esac; exec /bin/busybox httpd -f -p 8080 -h /www';
const IGNORE = "trap '' TERM; /bin/busybox httpd -f -p 8080 -h /www & while :; do /bin/busybox sleep 1; done";
const GRACE_SECONDS = 1;

/** X1, X2: a switch from A to B of a server that loads nothing, so that what is measured is the switch. */
export async function switching(rounds: number): Promise<void> {
  const found = await findEngine();
  const image = found.ok ? await llamaImage(found.engine) : found;
  if (!found.ok || !image.ok) return console.log("X1  takes a container engine, and there is none.");
  const { host } = found.engine;
  const docker = new Docker({ socketPath: host.replace("unix://", "") });
  await makeImages(docker, image.image);
  const world = await openServingWorld(
    (storage) => ({
      containers: createDockerRuntime({ storage, dockerHost: () => host }),
      processes: createProcessRuntime({ storage }),
    }),
    { "serving.engine": "docker", "backends.llama.cpp.image": IMAGE, "serving.stopGrace": GRACE_SECONDS },
  );
  try {
    await world.conf("[a]\nMODEL=a.gguf\n[b]\nMODEL=b.gguf\n[dies]\nMODEL=b.gguf\nEXTRA_ARGS=--die\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
    await measureSwitch(world, docker, rounds);
    await measureRollback(world, rounds);
    await measureStubborn(world, docker);
  } finally {
    await world.serving.stop(undefined, signal);
    await world.dispose();
    for (const name of [IMAGE, STUBBORN]) await docker.getImage(name).remove({ force: true });
  }
}

async function measureSwitch(world: ServingWorld, docker: Docker, rounds: number): Promise<void> {
  let turn = 0;
  const ours = async (): Promise<number> => {
    const profile = (turn += 1) % 2 === 0 ? "a" : "b";
    const began = performance.now();
    const { outcome } = await world.serving.switchTo({ profile }, signal);
    const took = performance.now() - began;
    if (outcome !== "ready") throw new Error(`the switch ended ${outcome}`);
    await sleep(150);
    return took;
  };
  const port = await freePort();
  const cliPort = await freePort();
  let raw = await createRaw(docker, port);
  await raw.start();
  const rawSwitch = async (): Promise<number> => {
    const next = await createRaw(docker, port);
    const began = performance.now();
    await raw.stop({ t: GRACE_SECONDS });
    await next.start();
    await ready(port);
    const took = performance.now() - began;
    await raw.remove({ force: true });
    raw = next;
    return took;
  };
  const cli = await onPath("docker");
  const name = `modeldeck-bench-${process.pid}`;
  const run = (index: number) =>
    must("docker", ["run", "-d", "--init", "--name", `${name}-${index}`, "-p", `127.0.0.1:${cliPort}:8080`, IMAGE]);
  let index = 0;
  const cliSwitch = async (): Promise<number> => {
    const began = performance.now();
    await must("docker", ["stop", "-t", String(GRACE_SECONDS), `${name}-${index}`]);
    await run(index + 1);
    await must("docker", ["rm", `${name}-${index}`]);
    await ready(cliPort);
    index += 1;
    return performance.now() - began;
  };
  if (cli !== undefined) await run(index);
  try {
    await ours();
    const contenders = {
      ours,
      "raw engine API, made ahead": rawSwitch,
      ...(cli === undefined ? {} : { "docker stop; run -d; rm": cliSwitch }),
    };
    for (const { contender, median, least, most } of await interleaved(contenders, rounds))
      console.log(
        `X1  switch ÷ ${contender}: ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}, ${rounds} rounds)`,
      );
    const last = await world.serving.switchTo({ profile: "a", force: true }, signal);
    console.log(`X1  parts of one, in ms: ${JSON.stringify({ ...last.parts, total: last.tookMs })}`);
  } finally {
    await raw.remove({ force: true });
    if (cli !== undefined) await must("docker", ["rm", "-f", `${name}-${index}`]);
  }
}

/** From the end of a model that dies at once to the old one's ready, without what that takes to load by itself. */
async function measureRollback(world: ServingWorld, rounds: number): Promise<void> {
  const beyond: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await world.serving.stop(undefined, signal);
    const { parts: load } = await world.serving.switchTo({ profile: "a" }, signal);
    const { outcome, running, parts, tookMs } = await world.serving.switchTo({ profile: "dies" }, signal);
    if (outcome !== "rolledBack" || running !== "a") throw new Error(`the switch ended ${outcome}`);
    const { preflight = 0, stop = 0, memory = 0, create = 0, start = 0 } = parts;
    // Its making is in the preflight.
    const back = tookMs - Math.max(preflight, create) - stop - memory - start;
    beyond.push(back - (load.start ?? 0) - (load.ready ?? 0));
  }
  const sorted = beyond.toSorted((one, other) => one - other).map((one) => `${(one / 1000).toFixed(2)} s`);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `    rollback after a model that dies at once, minus the load of the old one: ${median} (${sorted[0]} to ${sorted.at(-1)}, ${rounds} rounds; must be < 1 s)`,
  );
}

async function measureStubborn(world: ServingWorld, docker: Docker): Promise<void> {
  world.values["backends.llama.cpp.image"] = STUBBORN;
  const port = await freePort();
  const beyond = { ours: [] as number[], raw: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    const { outcome } = await world.serving.switchTo({ profile: "b", force: true }, signal);
    if (outcome !== "ready") throw new Error(`the switch ended ${outcome}`);
    beyond.ours.push(await overGrace(() => world.serving.stop(undefined, signal)));
    const raw = await createRaw(docker, port, STUBBORN);
    await raw.start();
    await ready(port);
    beyond.raw.push(await overGrace(() => raw.stop({ t: GRACE_SECONDS })));
    await raw.remove({ force: true });
  }
  for (const [name, over] of Object.entries(beyond)) {
    const [least, , median, , most] = over.toSorted((one, other) => one - other).map((one) => one.toFixed(2));
    console.log(
      `X2  ${name}, a stop of what ignores SIGTERM, beyond the grace of ${GRACE_SECONDS} s: ${median} s (${least} to ${most})`,
    );
  }
}

async function overGrace(stop: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await stop();
  return (performance.now() - began) / 1000 - GRACE_SECONDS;
}

const createRaw = (docker: Docker, port: number, image = IMAGE): Promise<Container> =>
  docker.createContainer({
    Image: image,
    ExposedPorts: { "8080/tcp": {} },
    HostConfig: { Init: true, PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] } },
  });

async function makeImages(docker: Docker, from: string): Promise<void> {
  const make = 'mkdir -p /www && echo \'{"status":"ok"}\' >/www/health && echo \'{"total_slots":1}\' >/www/props';
  const container = await docker.createContainer({
    Image: from,
    Entrypoint: ["/bin/busybox", "sh", "-c"],
    Cmd: [`/bin/busybox ${make}`],
  });
  await container.start();
  await container.wait();
  for (const [name, command] of [
    [IMAGE, SERVE],
    [STUBBORN, IGNORE],
  ] as const) {
    const entry = JSON.stringify(["/bin/busybox", "sh", "-c", command]);
    const at = name.lastIndexOf(":");
    await container.commit({
      repo: name.slice(0, at),
      tag: name.slice(at + 1),
      changes: `ENTRYPOINT ${entry}\nHEALTHCHECK NONE`,
    });
  }
  await container.remove();
}

/** Asks every other millisecond, as whoever cares for nothing else may. */
async function ready(port: number): Promise<void> {
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const request = http.get({ port, host: "127.0.0.1", path: "/health", agent: false }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode === 200));
      });
      request.once("error", () => resolve(false));
    });
    if (answered) return;
    await sleep(2);
  }
}
