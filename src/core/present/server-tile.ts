import { t } from "@vscode/l10n";
import type { ServerTile, ServersWords, TileDeed, TileFigure } from "../protocol/servers-page.ts";
import type { Server, ServerMetrics } from "../protocol/serving.ts";
import { memoryWords } from "./gpu-words.ts";
import { offerId, offerWords } from "./offer-words.ts";
import { percentWords } from "./queue-row.ts";
import { nameOf, routerWords, stepWords } from "./serving-words.ts";
import { sentences } from "./sentences.ts";
import { durationWords, sizeWords } from "./units.ts";

/** Those that are off have no tile, but for a router that stays up without a model. @param now milliseconds since 1970 */
export const serverTiles = (
  servers: readonly Server[],
  figures: ReadonlyMap<string, ServerMetrics>,
  now: number,
): readonly ServerTile[] =>
  servers
    .filter(({ state, router }) => state !== "off" || router !== undefined)
    .map((server) => serverTile(server, figures.get(server.server), now));

export function serverTile(server: Server, metrics: ServerMetrics | undefined, now: number): ServerTile {
  const { state, reason } = server;
  const idle = state === "off" ? server.router : undefined;
  return {
    server: server.server,
    title: idle === undefined ? nameOf(server) : t("Router {0}", idle),
    subtitle: [
      server.profile === nameOf(server) ? "" : (server.profile ?? ""),
      idle === undefined ? routerWords(server) : "",
      server.group === "default" ? "" : server.group,
      state === "failed" ? "" : (server.url ?? ""),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    state,
    stateWords: idle === undefined ? stepWords(server) : t("no model"),
    differences: server.differences.map(({ what, asked, got }) => t("{0}: asked for {1}, got {2}", what, asked, got)),
    reason: sentences(reason?.message, reason?.remedy),
    offers: (server.offers ?? []).map((offer) => ({ id: offerId(offer), label: offerWords(offer) })),
    // What its last model did is no figure of a router without one.
    figures: figuresOf(server, idle === undefined ? metrics : undefined, now),
    ...sparkOf(idle === undefined ? metrics : undefined),
    deeds: deedsOf(server),
    stops: idle === undefined && server.router !== undefined ? "model" : "server",
  };
}

function deedsOf({ state, url }: Server): readonly TileDeed[] {
  if (state === "stopping") return ["logs"];
  if (state === "failed") return ["restart", "logs"];
  if (state === "off") return ["stop", "logs"];
  return ["restart", "stop", "logs", ...(url === undefined ? [] : (["copyUrl"] as const))];
}

function figuresOf(
  { state, since }: Server,
  metrics: ServerMetrics | undefined,
  now: number,
): Readonly<Record<TileFigure, string>> {
  const gpus = metrics?.gpus ?? [];
  const loads = gpus.flatMap(({ load }) => load ?? []);
  const began = Date.parse(since);
  return {
    generated: said(metrics?.generatedPerSecond, rateWords),
    prompt: said(metrics?.promptPerSecond, rateWords),
    context: contextUse(metrics),
    requests: requestWords(metrics),
    memory: said(metrics?.memoryBytes, sizeWords),
    gpuMemory: gpus.length === 0 ? NONE : memoryWords(gpus.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)),
    cpu: said(metrics?.cpu, coresWords),
    gpu: loads.length === 0 ? NONE : percentWords(Math.max(...loads)),
    uptime: state === "ready" && !Number.isNaN(began) ? durationWords(Math.max(1000, now - began)) : NONE,
  };
}

const NONE = "–";

const said = (value: number | undefined, words: (value: number) => string): string =>
  value === undefined ? NONE : words(value);

/** As `53 t/s`; under ten with one decimal. */
const rateWords = (perSecond: number): string =>
  t("{0} t/s", perSecond < 9.95 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en"));

/** Of one core: two that are busy are 200 %, as system monitors say it. */
const coresWords = (cores: number): string => `${Math.round(cores * 100)} %`;

function contextUse(metrics: ServerMetrics | undefined): string {
  if (metrics?.contextUsed === undefined || metrics.contextSize === undefined) return NONE;
  return `${metrics.contextUsed.toLocaleString("en")} / ${metrics.contextSize.toLocaleString("en")}`;
}

function requestWords(metrics: ServerMetrics | undefined): string {
  const { running, waiting, requests } = metrics ?? {};
  const parts = [
    running === undefined ? "" : t("{0} running", running),
    waiting === undefined || waiting === 0 ? "" : t("{0} waiting", waiting),
    requests === undefined ? "" : t("{0} so far", requests),
  ].filter((part) => part !== "");
  return parts.length === 0 ? NONE : parts.join(", ");
}

function sparkOf(metrics: ServerMetrics | undefined): Pick<ServerTile, "spark" | "sparkWords"> {
  // One decimal is more than a line of twenty pixels shows.
  const spark = (metrics?.history.generatedPerSecond ?? []).map((value) =>
    value === null ? -1 : Math.round(value * 10) / 10,
  );
  const most = Math.max(0, ...spark);
  return {
    spark,
    sparkWords:
      most === 0
        ? t("Nothing was generated while this was looked at.")
        : t("Generation in the last ten minutes: at most {0}", rateWords(most)),
  };
}

export const serversWords = (): ServersWords => ({
  servers: t("Servers"),
  none: t("No model is served."),
  deeds: { restart: t("Restart"), stop: t("Stop"), logs: t("Logs"), copyUrl: t("Copy Address") },
  unload: t("Unload"),
  figures: {
    generated: t("Generation"),
    prompt: t("Prompt"),
    context: t("Context"),
    requests: t("Requests"),
    memory: t("Memory"),
    gpuMemory: t("GPU memory"),
    cpu: t("CPU"),
    gpu: t("GPU"),
    uptime: t("Uptime"),
  },
});
