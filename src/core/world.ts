import type { Transfers } from "./downloads/transfers.ts";
import type { Archives } from "./ports/archives.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { MakeDigest } from "./ports/digest.ts";
import type { DiskLook } from "./ports/disk-look.ts";
import type { Files } from "./ports/files.ts";
import type { FolderWatch } from "./ports/folder-watch.ts";
import type { GpuProbe } from "./ports/gpu.ts";
import type { Hasher } from "./ports/hasher.ts";
import type { Http } from "./ports/http.ts";
import type { HubClient } from "./ports/hub-client.ts";
import type { Images } from "./ports/images.ts";
import type { Links } from "./ports/links.ts";
import type { LocalTime } from "./ports/local-time.ts";
import type { Log } from "./ports/log.ts";
import type { MachineMemory } from "./ports/memory.ts";
import type { Moves } from "./ports/moves.ts";
import type { Names } from "./ports/names.ts";
import type { OllamaServer } from "./ports/ollama-server.ts";
import type { PartialFiles } from "./ports/partial-files.ts";
import type { Pictures } from "./ports/pictures.ts";
import type { ProcessTimes } from "./ports/process-times.ts";
import type { Processors } from "./ports/processors.ts";
import type { Random } from "./ports/random.ts";
import type { RemoteFiles } from "./ports/remote-files.ts";
import type { Runtime } from "./ports/runtime.ts";
import type { Scanner } from "./ports/scanner.ts";
import type { Secrets } from "./ports/secrets.ts";
import type { ServerHttp } from "./ports/server-http.ts";
import type { Thumbprint } from "./ports/thumbprint.ts";
import type { Web } from "./ports/web.ts";
import type { EffectiveSetting } from "./protocol/editing.ts";
import type { ReadRegistry } from "./registry/registry-file.ts";
import type { StoreWorld } from "./stores/places.ts";
import type { HostBook } from "./system/host-book.ts";

/** Everything the core asks of the world. */
export interface World {
  readonly clock: Clock;
  readonly localTime: LocalTime;
  readonly random: Random;
  readonly files: Files;
  readonly folderWatch: FolderWatch;
  readonly digest: MakeDigest;
  readonly partials: PartialFiles;
  readonly log: Log;
  readonly redact: (text: string) => string;
  readonly secrets: Pick<Secrets, "get">;
  readonly database: Database;
  readonly transfers: Transfers;
  readonly hubClient: HubClient;
  readonly serverHttp: ServerHttp;
  readonly containers: Runtime;
  readonly images: Images;
  readonly processes: Runtime;
  readonly times: ProcessTimes;
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
  readonly processors: Processors;
  readonly look: DiskLook;
  readonly moves: Moves;
  readonly links: Links;
  readonly archives: Archives;
  readonly hasher: Hasher;
  readonly scanner: Scanner;
  readonly thumbprint: Thumbprint;
  readonly remoteFiles: RemoteFiles;
  readonly web: Web;
  readonly http: Http;
  /** What those that are asked by the above do. */
  readonly hosts: HostBook;
  readonly names: Names;
  readonly pictures: Pictures;
  readonly readRegistry: ReadRegistry;
  readonly ollama: OllamaServer;
  /** What says where other programs keep their models. */
  readonly surroundings: Omit<StoreWorld, "settings">;
  /** Absolute: the data folder. */
  readonly storage: string;
  /** As Node names it. */
  readonly platform: string;
  readonly effectiveSettings: readonly EffectiveSetting[];
}
