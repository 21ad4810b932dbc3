import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import got from "got";
import {
  type Source,
  benchFolder,
  commandsHere,
  jobFor,
  warmTransfers,
  median,
  run,
  selfSigned,
  startSource,
  timedIn,
} from "./download-data.ts";
import type { Unhashed } from "./download-unhashed.ts";

const MB = 1e6;
const never = new AbortController().signal;

/**
 * D1 to D8: files over loopback, from a source that behaves as a content network does, against what else fetches files.
 * `--size MiB` for other than 1024, `--only D1,D5` for some.
 */
export async function download(rounds: number): Promise<void> {
  const { values } = parseArgs({ strict: false, options: { size: { type: "string" }, only: { type: "string" } } });
  const size = Number(values.size ?? 1024) * 2 ** 20;
  const only = typeof values.only === "string" ? new Set(values.only.split(",")) : undefined;
  const folder = await benchFolder("download");
  const here = await commandsHere(["curl", "aria2c", "axel", "openssl", "sha256sum"]);
  const load = (await readFile("/proc/loadavg", "utf8").catch(() => "")).split(" ")[0] ?? "";
  console.log(`download: ${size / 2 ** 20} MiB, ${rounds} rounds; load before ${load}`);
  const parts = { D1: capped, D2: encrypted, D5: small, D6: killed, D7: cut, D8: limited };
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (only && !only.has(name)) continue;
      await part({ folder, size, rounds, here });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Bench {
  readonly folder: string;
  readonly size: number;
  readonly rounds: number;
  readonly here: ReadonlySet<string>;
}

type Contenders = Readonly<Record<string, () => Promise<number>>>;

/** What each took, round by round; the order is turned round from one to the next. */
async function roundsOf(contenders: Contenders, rounds: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const took = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? Object.keys(contenders) : Object.keys(contenders).toReversed();
    for (const name of order) took.get(name)?.push((await contenders[name]?.()) ?? Number.NaN);
  }
  return took;
}

/** Median of the rounds' ratios, with the least and the most. */
function say(id: string, what: string, ours: readonly number[], theirs: readonly number[], must: string): void {
  const ratios = ours.map((one, round) => one / (theirs[round] ?? Number.NaN)).toSorted((one, other) => one - other);
  const [least = Number.NaN, most = Number.NaN] = [ratios[0], ratios.at(-1)];
  console.log(
    `${id}  ${what}: ${median(ratios).toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}); must be ${must}`,
  );
}

const ourRun = async (source: Source, folder: string): Promise<number> => {
  const transfers = await warmTransfers(source, folder);
  try {
    return await timedIn(folder, (place) => transfers.run(jobFor(source, place), () => undefined, never));
  } finally {
    await transfers.close();
  }
};

const command = (folder: string, program: string, args: (place: string) => readonly string[]) => (): Promise<number> =>
  timedIn(folder, (place) => run(program, args(place), { maxBuffer: 2 ** 26 }));

const aria2 = (source: Source, more: readonly string[]) => (place: string) => [
  "-x16",
  "-s16",
  "-k1M",
  "-q",
  "--file-allocation=none",
  "--allow-overwrite=true",
  ...more,
  "-d",
  place,
  "-o",
  "file",
  `${source.url}/file`,
];

async function capped({ folder, size, rounds, here }: Bench): Promise<void> {
  const source = await startSource({ size, small: [1000], rate: 8 * MB, latency: 40 });
  const contenders: Record<string, () => Promise<number>> = { ours: () => ourRun(source, folder) };
  if (here.has("aria2c")) {
    contenders["checked"] = command(folder, "aria2c", aria2(source, [`--checksum=sha-256=${source.sha256}`]));
    contenders["aria2c"] = command(folder, "aria2c", aria2(source, []));
  }
  if (here.has("axel"))
    contenders["axel"] = command(folder, "axel", (place) => [
      "-n16",
      "-q",
      "-o",
      path.join(place, "file"),
      `${source.url}/file`,
    ]);
  try {
    const took = await roundsOf(contenders, rounds);
    const of = (name: string): readonly number[] => took.get(name) ?? [];
    const limit = Array.from({ length: rounds }, () => (size / (16 * 8 * MB)) * 1000);
    say("D1", "verified ÷ the computed limit", of("ours"), limit, "≤ 1.25");
    if (took.has("checked")) say("D1", "verified ÷ aria2c --checksum", of("ours"), of("checked"), "≤ 0.75");
    if (took.has("aria2c")) say("D1", "verified ÷ aria2c unverified", of("ours"), of("aria2c"), "≤ 1.25");
    if (took.has("axel")) say("D1", "verified ÷ axel unverified", of("ours"), of("axel"), "≤ 1.25");
  } finally {
    await source.close();
  }
}

/** D2, D3 and D4: over TLS, as fast as it goes. */
async function encrypted({ folder, size, rounds, here }: Bench): Promise<void> {
  if (!here.has("openssl")) return;
  const source = await startSource({ size, small: [1000], tls: await selfSigned(folder) });
  const transfers = await warmTransfers(source, folder);
  const fetched: number[] = [];
  const busy: number[] = [];
  const delays: number[] = [];
  const cpu = { ours: [] as number[], curl: [] as number[] };
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const idle = async (): Promise<number> => {
    delay.reset();
    delay.enable();
    await sleep(2000);
    delay.disable();
    return delay.percentile(99);
  };
  const quiet = await idle();
  const curl = async (place: string): Promise<number> => {
    // `time` says what it took of the processor.
    const timed = 'TIMEFORMAT="%U %S"; time curl -sk -o "$1" "$2"';
    const { stderr } = await run("bash", ["-c", timed, "bash", path.join(place, "file"), `${source.url}/file`]);
    const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(" ").map(Number);
    return user + system;
  };
  const unhashed: Unhashed[] = [];
  const script = path.join(import.meta.dirname, "download-unhashed.ts");
  const contenders: Record<string, () => Promise<number>> = {
    ours: async () => {
      const before = performance.eventLoopUtilization();
      const used = process.cpuUsage();
      delay.reset();
      delay.enable();
      const begun = performance.now();
      let bytes = Number.NaN;
      const all = await timedIn(folder, (place) =>
        transfers.run(
          jobFor(source, place),
          ({ doneBytes }) => {
            if (doneBytes === size && Number.isNaN(bytes)) bytes = performance.now() - begun;
          },
          never,
        ),
      );
      delay.disable();
      fetched.push(bytes);
      delays.push(delay.percentile(99));
      busy.push(performance.eventLoopUtilization(before).utilization);
      const spent = process.cpuUsage(used);
      cpu.ours.push((spent.user + spent.system) / 1e6);
      return all;
    },
    unhashed: () =>
      timedIn(folder, async (place) => {
        const jobs = [jobFor(source, place, "warm", 0), jobFor(source, place)].map((job) => JSON.stringify(job));
        const { stdout } = await run(process.execPath, [script, ...jobs]);
        unhashed.push(JSON.parse(stdout) as Unhashed);
      }),
    curl: () => timedIn(folder, async (place) => cpu.curl.push(await curl(place))),
    "curl && sha256sum": () =>
      timedIn(folder, async (place) => {
        await curl(place);
        await run("sha256sum", [path.join(place, "file")]);
      }),
    got: () =>
      timedIn(folder, (place) =>
        pipeline(
          got.stream(`${source.url}/file`, { https: { rejectUnauthorized: false } }),
          createWriteStream(path.join(place, "file")),
        ),
      ),
    hash: async () => {
      let took = 0;
      await timedIn(folder, async (place) => {
        await curl(place);
        const begun = performance.now();
        await run("openssl", ["dgst", "-sha256", path.join(place, "file")]);
        took = performance.now() - begun;
      });
      return took;
    },
  };
  try {
    const took = await roundsOf(contenders, rounds);
    const of = (name: string): readonly number[] => took.get(name) ?? [];
    const bare = unhashed.map(({ bytes }) => bytes);
    say("D2", "unverified ÷ curl", bare, of("curl"), "≤ 1.3");
    const processor = unhashed.map((one) => one.processor);
    say("D2", "unverified ÷ curl, seconds of the processor", processor, cpu.curl, "≤ 2.2");
    say("D2", "unverified ÷ got into a stream", bare, of("got"), "≤ 0.6");
    say("D2", "hashed meanwhile, all bytes here ÷ curl", fetched, of("curl"), "told");
    say("D2", "hashed meanwhile ÷ curl, seconds of the processor", cpu.ours, cpu.curl, "told");
    const alone = fetched.map((one, round) => Math.max(one, of("hash")[round] ?? 0));
    say("D3", "verified ÷ the longer of fetching and hashing", of("ours"), alone, "≤ 1.6");
    say("D3", "verified ÷ curl && sha256sum", of("ours"), of("curl && sha256sum"), "≤ 0.65");
    console.log(`D4  the host's loop was busy for ${(median(busy) * 100).toFixed(1)} %; must be ≤ 5 %`);
    console.log(`D4  its delay ÷ that of an idle one, p99: ${(median(delays) / quiet).toFixed(2)}; must be ≤ 2`);
  } finally {
    await transfers.close();
    await source.close();
  }
}

async function small({ folder, rounds, here }: Bench): Promise<void> {
  // 200 files of 20 KB to 2.4 MB, 85 MB in all.
  const weights = Array.from({ length: 200 }, (_, index) => 1 + ((index * 7919) % 200));
  const sum = weights.reduce((total, one) => total + one, 0);
  const sizes = weights.map((one) => Math.round((one * 85 * MB) / sum));
  const source = await startSource({ size: 0, small: sizes, rate: 8 * MB, latency: 40 });
  const transfers = await warmTransfers(source, folder);
  const limit = ((200 * 0.04 + 85 / 8) / 16) * 1000;
  const ours = (): Promise<number> =>
    timedIn(folder, async (place) => {
      // The largest first; more at a time than connections, so that while some are written down others come.
      const left = sizes.map((_, index) => index).toSorted((one, other) => (sizes[other] ?? 0) - (sizes[one] ?? 0));
      const lane = async (): Promise<void> => {
        for (let index = left.shift(); index !== undefined; index = left.shift())
          await transfers.run(jobFor(source, place, `small-${index}`, index), () => undefined, never);
      };
      await Promise.all(Array.from({ length: 32 }, lane));
    });
  const curl = (): Promise<number> =>
    timedIn(folder, (place) =>
      run("curl", [
        "-s",
        "-Z",
        "--parallel-max",
        "16",
        ...sizes.flatMap((_, index) => ["-o", path.join(place, `s${index}`), `${source.url}/small/${index}`]),
      ]),
    );
  try {
    // The thread is there in a window that is open.
    await ours();
    const took = await roundsOf({ ours, ...(here.has("curl") && { curl }) }, rounds);
    const mine = took.get("ours") ?? [];
    say(
      "D5",
      "200 files, verified ÷ the computed limit",
      mine,
      mine.map(() => limit),
      "≤ 1.25",
    );
    if (took.has("curl")) say("D5", "200 files, verified ÷ curl -Z", mine, took.get("curl") ?? [], "≤ 1.05");
  } finally {
    await transfers.close();
    await source.close();
  }
}

async function killed({ folder, size, rounds, here }: Bench): Promise<void> {
  const source = await startSource({ size, small: [1000], rate: 8 * MB, latency: 40 });
  const rate = 16 * 8 * MB;
  const half = (size / rate / 2) * 1000;
  const again: number[] = [];
  const cutShort = async (program: string, args: readonly string[], saysBytes: boolean): Promise<void> => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    // Who says how far it is need not be quick to start.
    if (saysBytes) {
      for await (const line of createInterface({ input: child.stdout }))
        if (Number(line) >= size / 2) child.kill("SIGKILL");
    } else await sleep(half);
    child.kill("SIGKILL");
    await gone;
  };
  /** Of the second run alone. */
  const resumed = async (
    first: (place: string) => Promise<void>,
    second: (place: string) => Promise<unknown>,
  ): Promise<number> => {
    let took = 0;
    await timedIn(folder, async (place) => {
      await source.served();
      await first(place);
      const begun = performance.now();
      await second(place);
      took = performance.now() - begun;
    });
    return took;
  };
  const child = path.join(import.meta.dirname, "download-child.ts");
  const contenders: Record<string, () => Promise<number>> = {
    ours: async () => {
      const transfers = await warmTransfers(source, folder);
      const took = await resumed(
        (place) => cutShort(process.execPath, [child, JSON.stringify(jobFor(source, place))], true),
        (place) => transfers.run(jobFor(source, place), () => undefined, never),
      );
      await transfers.close();
      again.push((await source.served()) - size);
      return took;
    },
  };
  if (here.has("aria2c"))
    contenders["aria2c"] = () =>
      resumed(
        (place) => cutShort("aria2c", aria2(source, ["-c"])(place), false),
        (place) => run("aria2c", aria2(source, ["-c"])(place)),
      );
  try {
    const took = await roundsOf(contenders, rounds);
    console.log(`D6  fetched again, in seconds of the line: ${(median(again) / rate).toFixed(2)}; must be ≤ 1`);
    if (took.has("aria2c"))
      say("D6", "the second run, verified ÷ aria2c -c", took.get("ours") ?? [], took.get("aria2c") ?? [], "≤ 0.9");
  } finally {
    await source.close();
  }
}

async function cut({ folder, size, rounds }: Bench): Promise<void> {
  const source = await startSource({ size, small: [1000], rate: 8 * MB, latency: 40, cuts: true });
  try {
    const took = await roundsOf({ ours: () => ourRun(source, folder) }, rounds);
    const mine = took.get("ours") ?? [];
    say(
      "D7",
      "connections reset, verified ÷ the uncut limit",
      mine,
      mine.map(() => (size / (16 * 8 * MB)) * 1000),
      "≤ 1.30",
    );
  } finally {
    await source.close();
  }
}

async function limited({ folder, size, rounds }: Bench): Promise<void> {
  const source = await startSource({ size: Math.min(size, 256 * 2 ** 20), small: [1000] });
  const rate = 50 * MB;
  const windows: number[] = [];
  const fetched: number[] = [];
  const ours = async (): Promise<number> => {
    const transfers = await warmTransfers(source, folder);
    transfers.limit(rate);
    const begun = performance.now();
    let [at, had] = [begun, 0];
    let bytes = Number.NaN;
    try {
      return await timedIn(folder, (place) =>
        transfers.run(
          jobFor(source, place),
          ({ doneBytes }) => {
            const now = performance.now();
            if (doneBytes === source.size && Number.isNaN(bytes)) fetched.push((bytes = now - begun));
            if (now - at < 1000) return;
            windows.push((doneBytes - had) / ((now - at) / 1000) / rate);
            [at, had] = [now, doneBytes];
          },
          never,
        ),
      );
    } finally {
      await transfers.close();
    }
  };
  try {
    await roundsOf({ ours }, rounds);
    const mine = fetched;
    say(
      "D8",
      "limited ÷ the rate that was set",
      mine,
      mine.map(() => (source.size / rate) * 1000),
      "0.97 to 1.03",
    );
    console.log(`D8  the fastest second ÷ the rate that was set: ${Math.max(...windows).toFixed(2)}; must be ≤ 1.2`);
  } finally {
    await source.close();
  }
}
