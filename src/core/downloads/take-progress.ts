import { troubleOf } from "../present/trouble.ts";
import type { Item, ItemFile } from "./item.ts";
import type { TransferProgress } from "./transfers.ts";

/** Less than this share of what was shown is a start from the beginning; anything above is hidden until it is passed. */
const START_OVER = 0.5;

/** What a transfer tells becomes what is shown. Hands back how many bytes came. */
export function takeProgress(item: Item, file: ItemFile, told: TransferProgress, now: number): number {
  const came =
    file.state === "fetching" && told.phase === "fetching" ? told.doneBytes - (file.toldBytes ?? Infinity) : 0;
  if (came > 0) item.pace.add(now, came);
  file.toldBytes = told.doneBytes;
  file.state = told.phase;
  file.connections = told.connections;
  file.pausedBy = told.waiting && troubleOf(told.waiting);
  show(file, told);
  return Math.max(0, came);
}

function show(file: ItemFile, { phase, doneBytes }: TransferProgress): void {
  const startsOver = doneBytes < file.doneBytes * START_OVER;
  if (phase === "fetching" && (file.guessed || startsOver)) {
    if (!file.guessed) file.wasAt ??= file.doneBytes;
    file.guessed = false;
    file.doneBytes = doneBytes;
  }
  file.doneBytes = Math.max(file.doneBytes, doneBytes);
  if (file.wasAt !== undefined && file.doneBytes >= file.wasAt) file.wasAt = undefined;
}
