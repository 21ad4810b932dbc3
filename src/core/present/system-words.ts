import { t } from "@vscode/l10n";
import type { HostStatus, SystemStatus } from "../protocol/system.ts";
import { memoryWords } from "./gpu-words.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { percentWords } from "./queue-row.ts";
import { clockWords } from "./time.ts";
import { sizeWords } from "./units.ts";

/** A Markdown page: the machine, its disks, its connections. @param now times of another day say which */
export const systemDocument = ({ cpu, memory, locations, hosts }: SystemStatus, now = new Date()): string =>
  paragraphs(
    `# ${t("System")}`,
    table(
      [t("Processor"), t("Load"), t("Memory"), t("Free")],
      [
        [
          cpu.cores === 1 ? t("1 core") : t("{0} cores", cpu.cores),
          cpu.load === null ? "–" : percentWords(cpu.load),
          memoryWords(memory.totalBytes),
          memoryWords(memory.freeBytes),
        ],
      ],
    ),
    `## ${t("Locations")}`,
    table(
      [t("Location"), t("Folder"), t("Free")],
      locations.map(({ location, path, freeBytes, reason }) => [
        plain(location),
        code(path),
        freeBytes === null ? plain(reason?.message ?? "–") : sizeWords(freeBytes),
      ]),
    ),
    hosts.length > 0 ? `## ${t("Network")}` : "",
    table(
      [t("Host"), t("State")],
      hosts.map((host) => [plain(host.host), plain(hostWords(host, now))]),
    ),
  );

function hostWords({ state, askedAt, until, reason }: HostStatus, now: Date): string {
  const at = (iso: string): string => clockWords(iso, now);
  switch (state) {
    case "reachable":
      return askedAt === null ? t("reachable") : t("reachable, asked at {0}", at(askedAt));
    case "waiting":
      return until === undefined ? t("asked us to wait") : t("asked us to wait until {0}", at(until));
    case "offline":
      return [
        askedAt === null ? t("not reachable") : t("not reachable, asked at {0}", at(askedAt)),
        ...(until === undefined ? [] : [t("it is asked again at {0}", at(until))]),
        ...(reason === undefined ? [] : [reason.message]),
      ].join("; ");
    case null:
      return t("not asked yet");
  }
}
