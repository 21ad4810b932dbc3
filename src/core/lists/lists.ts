import type { LibraryFetched, LibraryLists } from "../protocol/lists.ts";

/** Lists of what another program wants, and their fetching. */
export interface Lists {
  /**
   * @param path absolute: the program's folder, or one list of it; undefined: the folder that the settings name
   * @throws FaultError `notFound` where no list is there, `badArguments` where no folder is named
   */
  read(path: string | undefined, signal: AbortSignal): Promise<LibraryLists>;
  /** Queues what is chosen. What cannot be queued is named; the rest is. */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<LibraryFetched>;
}

export interface FetchRequest {
  readonly path?: string | undefined;
  /** Ids of entries; all where it is left out. */
  readonly entries?: readonly string[] | undefined;
  /** Ids of files; all of the entries where it is left out. */
  readonly files?: readonly string[] | undefined;
  /** True where it is left out. */
  readonly missingOnly?: boolean | undefined;
  /** Absolute: in place of the folder of the program; LoRAs too. */
  readonly folder?: string | undefined;
  /** The files go to the default location, and links to them into the program's folder. */
  readonly linkOut?: boolean | undefined;
  readonly paused?: boolean | undefined;
}
