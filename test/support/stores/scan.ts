import { openForeignDatabases } from "../../../src/core/adapters/foreign-database.ts";
import { createRawDisk } from "../../../src/core/adapters/store-disk.ts";
import type { StoreDisk } from "../../../src/core/ports/store-disk.ts";
import type { ScanAsk } from "../../../src/core/ports/scanner.ts";
import type { FoundModel, StoreProblem } from "../../../src/core/stores/found.ts";
import type { StoreReader } from "../../../src/core/stores/store-reader.ts";

export interface Scanned {
  readonly models: readonly FoundModel[];
  readonly problems: readonly StoreProblem[];
}

/** Reads a store on the real disk. @param change stands before the disk, for what a disk does not do on demand */
export async function scanStore(
  reader: StoreReader,
  ask: ScanAsk,
  change: (disk: StoreDisk) => StoreDisk = (disk) => disk,
): Promise<Scanned> {
  const problems: StoreProblem[] = [];
  const trouble = (path: string, problem: string): void => void problems.push({ path, problem });
  const databases = await openForeignDatabases();
  try {
    const sight = { disk: change(createRawDisk(trouble)), databases, trouble };
    const models = [...reader(ask, sight)].filter((model) => model !== undefined);
    return { models, problems };
  } finally {
    databases.dispose();
  }
}
