import { t } from "@vscode/l10n";
import type { LoadProgress, Server, ServingStatus } from "../protocol/serving.ts";
import { differenceWords } from "./difference-words.ts";
import { code, paragraphs, plain } from "./markdown.ts";
import { percentWords } from "./queue-row.ts";
import { durationWords, sizeWords } from "./units.ts";

export interface ServingItem {
  /** With codicons, as `$(loading~spin) Qwen3 43 %`. */
  readonly text: string;
  /** Markdown; links are commands, see `servingLinks`. */
  readonly tooltip: string;
  /** The text without icons. */
  readonly spoken: string;
  readonly alarm: boolean;
}

/** Commands the tooltip may run; the shell allows these and no more. */
export const servingLinks = [
  "modelDeck.serving.switch",
  "modelDeck.serving.stop",
  "modelDeck.serving.cancel",
  "modelDeck.serving.logs",
] as const;

/** What is known of a load beside its server's state. */
export interface LoadHints {
  /** Milliseconds that the last load of this profile took. */
  readonly took?: number | undefined;
  /** The last line of its log. */
  readonly line?: string | undefined;
}

/** The one item that says what is served. @param hints of the load that is under way, if one is */
export function servingItem(status: ServingStatus, hints: LoadHints = {}): ServingItem {
  const server = mainServer(status);
  const to = status.switching?.to;
  if (to !== undefined) return switchingItem(server, to, hints);
  if (server === undefined || server.state === "off")
    return item("$(circle-outline)", t("No model"), t("No model"), {
      tooltip: paragraphs(
        `**Model Deck**`,
        t("No model is served."),
        server?.router === undefined ? "" : t("The router {0} stays up without a model.", plain(server.router)),
        [link("switch", t("Serve a Model…")), ...(server?.router === undefined ? [] : [link("stop", t("Stop"))])].join(
          " · ",
        ),
      ),
    });
  const name = nameOf(server);
  const router = routerWords(server);
  const whole = [name, router].filter((part) => part !== "").join(" · ");
  const ready = router === "" ? t("{0} is ready", name) : t("{0} is ready, in the {1}", name, router);
  switch (server.state) {
    case "ready": {
      const less = differenceWords(server.differences);
      if (less !== "")
        return item("$(server-process)", `${name} · ${less}`, t("{0} is ready: {1}", name, less), {
          tooltip: serversTooltip(status),
          alarm: true,
        });
      return server.reason
        ? item("$(warning)", whole, t("{0}, after a failed switch", name), { tooltip: serversTooltip(status) })
        : item("$(server-process)", whole, ready, {
            tooltip: serversTooltip(status),
          });
    }
    case "failed":
      return isEngineAway(server)
        ? item("$(debug-disconnect)", `${name} · ${stepWords(server)}`, `${name}: ${stepWords(server)}`, {
            tooltip: serversTooltip(status),
            alarm: true,
          })
        : item("$(error)", name, t("{0} failed", name), { tooltip: serversTooltip(status), alarm: true });
    case "stopping":
    case "starting":
    case "loading":
      return item("$(loading~spin)", `${name} ${stepWords(server)}`, `${name} ${stepWords(server)}`, {
        tooltip: serversTooltip(status),
      });
  }
}

function switchingItem(server: Server | undefined, to: string, hints: LoadHints): ServingItem {
  const name = server?.profile === to ? nameOf(server) : to;
  // What still runs undisturbed is looked past: the new one is being checked.
  const step =
    server === undefined || ["off", "ready", "failed"].includes(server.state) ? t("checking") : stepWords(server);
  return item("$(loading~spin)", `${name} · ${step}`, t("Switching to {0}: {1}", name, step), {
    tooltip: paragraphs(
      `**${t("Switching to {0}", plain(name))}** · ${step}`,
      loadLines(server, hints).join("  \n"),
      `${link("cancel", t("Cancel"))} · ${link("logs", t("Logs"))}`,
    ),
  });
}

const LONGEST_LINE = 120;

/** Markdown: how far it is, how long it took the last time, and what it says. */
function loadLines(server: Server | undefined, { took, line }: LoadHints): readonly string[] {
  const progress = server?.state === "loading" || server?.state === "starting" ? server.progress : undefined;
  return [
    progress?.kind === "bytes" && progress.total > 0
      ? t("{0} of {1} in memory", sizeWords(Math.min(progress.done, progress.total)), sizeWords(progress.total))
      : "",
    took === undefined ? "" : t("The last load took {0}.", durationWords(took)),
    line === undefined || line.trim() === "" ? "" : code(line.slice(0, LONGEST_LINE)),
  ].filter((part) => part !== "");
}

const item = (
  icon: string,
  text: string,
  spoken: string,
  rest: { readonly tooltip: string; readonly alarm?: boolean },
): ServingItem => ({
  // A name from a file must not bring icons of its own.
  text: `${icon} ${text.replaceAll("$(", "$ (")}`,
  spoken,
  tooltip: rest.tooltip,
  alarm: rest.alarm ?? false,
});

/** The one the status bar speaks of: where a switch is under way, else the default group's, else any that is not off. */
export function mainServer({ servers, switching }: ServingStatus): Server | undefined {
  const up = servers.filter(({ state }) => state !== "off");
  return (
    servers.find(({ group }) => group === switching?.group) ??
    up.find(({ group }) => group === "default") ??
    up[0] ??
    servers[0]
  );
}

/** Empty where it is a server by itself. */
export const routerWords = ({ router }: Pick<Server, "router">): string =>
  router === undefined ? "" : t("router {0}", router);

export const nameOf = (server: Server): string => server.title ?? server.profile ?? server.server;

/** What it does nobody can tell; it is looked at again once its engine is back. */
export const isEngineAway = ({ state, reason }: Pick<Server, "state" | "reason">): boolean =>
  state === "failed" && reason?.code === "engineUnreachable";

/** What a server does, in one word and a number where there is one. */
export function stepWords(server: Pick<Server, "state" | "progress" | "reason">): string {
  const { state, progress } = server;
  switch (state) {
    case "off":
      return t("off");
    case "stopping":
      return t("stopping");
    case "starting":
      return progress ? progressWords(progress) : t("starting");
    case "loading":
      return progress ? progressWords(progress) : t("loading");
    case "ready":
      return t("ready");
    case "failed":
      return isEngineAway(server) ? t("engine away") : t("failed");
  }
}

/** Says by what it is measured: never 100 % before it is ready, and past the last load's time no number at all. */
function progressWords({ kind, done, total }: LoadProgress): string {
  if (total <= 0 || (kind === "time" && done >= total)) return t("loading");
  const percent = percentWords(Math.min(0.99, done / total));
  return kind === "bytes" ? t("loading {0}", percent) : t("loading {0} of its usual time", percent);
}

/** Markdown: every server that is not off, with its facts and links. */
function serversTooltip(status: ServingStatus): string {
  const servers = status.servers.filter(({ state }) => state !== "off");
  const up = servers.filter(({ state }) => state !== "failed");
  const links = [
    link("switch", t("Switch…")),
    ...(up.length === 0
      ? []
      : [link("stop", up.every(({ router }) => router !== undefined) ? t("Unload") : t("Stop"))]),
    link("logs", t("Logs")),
  ];
  return paragraphs(...servers.map(serverFacts), links.join(" · "));
}

/** Markdown. */
export function serverFacts(server: Server): string {
  const { readBack } = server;
  const lines = [
    server.router === undefined ? "" : t("One of the models of the router {0}, which stays up", plain(server.router)),
    server.url === undefined || server.state === "failed" ? "" : `${t("Address")}: ${code(server.url)}`,
    server.host === undefined ? "" : t("Runs on {0}; load and memory of GPUs are this machine's.", plain(server.host)),
    readBack?.context === undefined ? "" : t("Context: {0} tokens", readBack.context.toLocaleString("en")),
    readBack?.slots === undefined ? "" : t("Slots: {0}", readBack.slots),
    readBack?.build === undefined ? "" : `${t("Build")}: ${code(readBack.build)}`,
    ...server.differences.map(
      ({ what, asked, got }) =>
        `$(info) ${t("{0}: asked for {1}, got {2}", plain(what), plain(String(asked)), plain(String(got)))}`,
    ),
    server.reason === undefined ? "" : `$(warning) ${plain(server.reason.message)}`,
    server.reason?.remedy === undefined ? "" : plain(server.reason.remedy),
  ];
  return paragraphs(
    `**${plain(nameOf(server))}** · ${stepWords(server)}${server.group === "default" ? "" : ` · ${plain(server.group)}`}`,
    lines.filter((line) => line !== "").join("  \n"),
  );
}

const link = (deed: "switch" | "stop" | "cancel" | "logs", title: string): string =>
  `[${title}](command:modelDeck.serving.${deed})`;
