import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { findVsCode } from "../support/vscode/window.ts";
import { bundleHostTests } from "../support/vscode/host-bundles.ts";
import { runHostTests } from "../support/vscode/host-tests.ts";
import { benchFolder, median, root, run, selfSigned, startSource } from "./download-data.ts";

/** What the suite in the host is told. */
export interface HostDownloadBench {
  readonly url: string;
  readonly sha256: string;
  readonly rounds: number;
  /** Where the figures go. */
  readonly out: string;
}

/** Milliseconds. */
export interface HostLateness {
  readonly p99: number;
  readonly longest: number;
  readonly took: number;
}

/** While nothing happens, while a model comes by us, and while curl and sha256sum do the same. */
interface ByTurns<T> {
  readonly idle: T;
  readonly ours: T;
  readonly beside: T;
}

export interface HostRound {
  /** Shares of the time. */
  readonly busy: ByTurns<number>;
  readonly late: ByTurns<HostLateness>;
}

/** D4 inside the real extension host: 1 GiB over TLS until verified, by turns with an idle window. */
export async function downloadHost(rounds: number): Promise<void> {
  const found = await findVsCode();
  if (!found.ok) return console.log(`D4  in the extension host: not measured, ${found.reason}`);
  await run(process.execPath, [path.join(root, "esbuild.mjs"), "--production"], { cwd: root });
  const folder = await benchFolder("host");
  const out = path.join(folder, "figures.json");
  const tls = await selfSigned(folder);
  const source = await startSource({ size: 1024 * 2 ** 20, small: [1000], tls });
  try {
    const told: HostDownloadBench = { url: `${source.url}/file`, sha256: source.sha256, rounds, out };
    const result = await runHostTests(found.vscode, {
      files: await bundleHostTests("test/bench/host/download.test.ts"),
      extensions: [root],
      settings: {
        "modelDeck.storage": path.join(folder, "data"),
        "modelDeck.downloads.allowPrivateHosts": true,
        // A server of VS Code looks for ports that open: every two seconds, in this very loop, it starts two programs and
        // reads what runs on the machine. A window of a desktop does not.
        "remote.autoForwardPorts": false,
        "remote.autoForwardPortsSource": "output",
        // The source's certificate is its own.
        "http.proxyStrictSSL": false,
      },
      env: { MODELDECK_BENCH: JSON.stringify(told), NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      limit: 600_000,
      print: () => undefined,
    });
    const [failed] = result.failed;
    if (failed) throw new Error(failed.error);
    const figures = JSON.parse(await readFile(out, "utf8")) as readonly HostRound[];
    const percent = (of: keyof ByTurns<number>): string =>
      (median(figures.map(({ busy }) => busy[of])) * 100).toFixed(1);
    const late = (of: keyof ByTurns<number>): string =>
      median(figures.map((one) => one.late[of].p99 / one.late.idle.p99)).toFixed(2);
    const took = median(figures.map((one) => one.late.ours.took));
    const longest = Math.max(...figures.map((one) => one.late.ours.longest));
    const control = "while curl and sha256sum do the same";
    console.log(
      `D4  the extension host's loop was busy for ${percent("ours")} %; must be ≤ 5 % (idle ${percent("idle")} %, ${control} ${percent("beside")} %)`,
    );
    console.log(
      `D4  its delay ÷ that of an idle one, p99: ${late("ours")}; must be ≤ 2 (${control} ${late("beside")})`,
    );
    console.log(`D4  at most it was held for ${longest.toFixed(0)} ms; a download took ${(took / 1000).toFixed(1)} s`);
  } finally {
    await source.close();
    await rm(folder, { recursive: true, force: true });
  }
}
