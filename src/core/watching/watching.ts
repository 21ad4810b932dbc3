import type { Entry } from "../protocol/models.ts";
import type { NewFiles } from "../protocol/snapshot.ts";
import type { Disposable, Event } from "../util/events.ts";

/** Keeps fresh what was shown, as its folders change. Nothing is watched before something was shown. */
export interface Watching extends Disposable {
  /** These are on a page: the folders they lie in are watched. Costs the page nothing. */
  shown(entries: readonly Pick<Entry, "path">[]): void;
  /** Weights came into a folder that no entry names, told once. Those of downloads under way are none. */
  readonly onNewFiles: Event<NewFiles>;
}
