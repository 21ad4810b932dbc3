import { t } from "@vscode/l10n";
import type { GpuStatus } from "../protocol/system.ts";
import { paragraphs, plain, table } from "./markdown.ts";
import { percentWords } from "./queue-row.ts";

type Gpu = GpuStatus["gpus"][number];

export interface GpuItem {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
}

/** As `GPU 63 % · 18/24 GB`: the busiest one's load, all memory together. undefined where there is no GPU. */
export function gpuItem({ gpus }: GpuStatus): GpuItem | undefined {
  if (gpus.length === 0) return undefined;
  const loads = gpus.flatMap(({ load }) => load ?? []);
  const used = sum(gpus.map(({ memoryUsed }) => memoryUsed));
  const total = sum(gpus.map(({ memoryTotal }) => memoryTotal));
  const load = loads.length > 0 ? percentWords(Math.max(...loads)) : undefined;
  const memory = `${gibibytes(used)}/${gibibytes(total)} GB`;
  return {
    text: `GPU ${[load, memory].filter((part) => part !== undefined).join(" · ")}`,
    tooltip: paragraphs(`**${t("GPU load")}**`, gpuTable(gpus), ...gpus.map((gpu) => holders(gpu, gpus.length > 1))),
    spoken:
      load === undefined
        ? t("GPU memory: {0} of {1} GB", gibibytes(used), gibibytes(total))
        : t("GPU load {0}, memory {1} of {2} GB", load, gibibytes(used), gibibytes(total)),
  };
}

export const gpuTable = (gpus: readonly Gpu[]): string =>
  table(
    ["GPU", t("Load"), t("Memory"), t("Temperature"), t("Power")],
    gpus.map((gpu) => [
      plain(gpu.name),
      gpu.load === undefined ? "–" : percentWords(gpu.load),
      `${gibibytes(gpu.memoryUsed)} / ${gibibytes(gpu.memoryTotal)} GB`,
      gpu.celsius !== undefined ? `${Math.round(gpu.celsius)} °C` : "–",
      gpu.watts !== undefined ? `${Math.round(gpu.watts)} W` : "–",
    ]),
  );

/** As many as a tooltip has room for. */
const HOLDERS = 6;

/** Markdown: what holds the memory of one card, ours by their titles and in bold. */
export function holders({ name, processes = [] }: Gpu, isNamed: boolean): string {
  if (processes.length === 0) return "";
  const lines = processes.slice(0, HOLDERS).map(({ pid, name: program, memory, server }) => {
    const who = server === undefined ? plain(programName(program)) : `**${plain(server)}**`;
    return `- ${who} (${pid})${memory === undefined ? "" : `: ${memoryWords(memory)}`}`;
  });
  const more = processes.length - lines.length;
  return [
    isNamed ? t("Memory of {0} is held by:", plain(name)) : t("Memory is held by:"),
    "",
    ...lines,
    ...(more > 0 ? [`- ${t("and {0} more", more)}`] : []),
  ].join("\n");
}

const programName = (path: string): string => path.split(/[\\/]/).at(-1) || path;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** As `24 GB`, and `512 MB` below one. */
export const memoryWords = (count: number): string =>
  count < 999.5 * 2 ** 20 ? `${Math.round(Math.max(0, count) / 2 ** 20)} MB` : `${gibibytes(count)} GB`;

/** A card sold as “24 GB” has 24 × 2^30 bytes, so its memory is counted as its maker does. */
const gibibytes = (count: number): string => {
  const value = count / 2 ** 30;
  return String(value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value));
};
