import { startsOver } from "../present/wait-words.ts";
import type { Download, DownloadFile, Trouble } from "../protocol/downloads.ts";
import { type Item, type ItemFile, bytesMissing, bytesTotal } from "./item.ts";
import { knownAs } from "./plan.ts";

/** @param now of the monotonic clock its pace was fed from */
export function showItem(item: Item, now: number): Download {
  const { plan } = item;
  const running = item.state === "running";
  const verifying = running && item.files.some(isChecking) && !item.files.some((file) => file.state === "fetching");
  const missing = bytesMissing(item);
  const reason = reasonOf(item);
  return {
    id: item.id,
    provider: plan.provider,
    model: plan.repository,
    ...(plan.title !== undefined && { title: plan.title }),
    revision: plan.commit,
    variant: plan.variant,
    state: verifying ? "verifying" : item.state,
    priority: item.priority,
    files: item.files.map((file) => showFile(item, file)),
    bytesDone: bytesTotal(item) - missing + sum(item.files.map(provenBytes)),
    bytesTotal: bytesTotal(item),
    bytesPerSecond: running ? item.pace.rate(now) : 0,
    etaSeconds: running ? item.pace.eta(now, missing) : null,
    location: plan.location ?? plan.root,
    folder: plan.folder,
    addedAt: item.addedAt,
    ...(item.finishedAt !== undefined && { finishedAt: item.finishedAt }),
    ...(item.entry !== undefined && { entry: item.entry }),
    ...(reason && { reason }),
  };
}

/** Why it ended so, why it waits, or what of it is not as a person would expect. */
function reasonOf({ reason, state, waits, files }: Item): Trouble | undefined {
  if (reason) return reason;
  if (state === "queued") return waits;
  if (state !== "running") return undefined;
  const over = files.find((file) => file.wasAt !== undefined);
  return files.find((file) => file.pausedBy)?.pausedBy ?? (over && startsOver(over.planned.path));
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** As many bytes as are shown beside those it has, while others are read that may stand for them. */
const provenBytes = ({ planned, doneBytes, provenShare = 0 }: ItemFile): number =>
  Math.max(0, Math.floor(planned.sizeBytes * provenShare) - doneBytes);

const isChecking = (file: ItemFile): boolean => file.state === "checking";

function showFile(item: Item, file: ItemFile): DownloadFile {
  const { planned, state, doneBytes, connections, finished } = file;
  const states = {
    waiting: item.state === "running" ? "queued" : item.state,
    checking: "verifying",
    fetching: "running",
    done: "done",
  } as const;
  const name = knownAs(planned);
  const isPlain = name.replaceAll("\\", "/") === `${item.plan.folder}/${planned.path}`.replaceAll("\\", "/");
  return {
    path: planned.path,
    ...(!isPlain && item.plan.provider !== "ollama" && { target: name }),
    sizeBytes: planned.sizeBytes,
    doneBytes: doneBytes + provenBytes(file),
    state: states[state],
    ...(state === "fetching" && connections !== undefined && { connections }),
    ...(finished && planned.reuse && { reusedFrom: planned.reuse.path }),
  };
}
