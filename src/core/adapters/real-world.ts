import os from "node:os";
import path from "node:path";
import type { NetSettings } from "./choose-proxy.ts";
import { createDockerRuntime } from "./docker-runtime.ts";
import { gzipArchives } from "./gzip-archives.ts";
import { createHashThreads } from "./hash-threads.ts";
import { withLookThread } from "./look-thread.ts";
import { machineMemory } from "./machine-memory.ts";
import { machineProcessors } from "./machine-processors.ts";
import { nodeClock } from "./node-clock.ts";
import { nodeDigest } from "./node-digest.ts";
import { nodeDiskLook } from "./node-disk-look.ts";
import { nodeFiles } from "./node-files.ts";
import { nodeFolderWatch } from "./node-folder-watch.ts";
import { nodeLocalTime } from "./node-local-time.ts";
import { createNodeLinks } from "./node-links.ts";
import { nodeMoves } from "./node-moves.ts";
import { nodeNames } from "./node-names.ts";
import { nodeRandom } from "./node-random.ts";
import { nodeThumbprint } from "./node-thumbprint.ts";
import { createNetFetch } from "./net-fetch.ts";
import { createNodeWeb } from "./node-web.ts";
import { machineGpus } from "./machine-gpus.ts";
import { nodeOllamaServer } from "./ollama-server.ts";
import { oomKills } from "./oom-kills.ts";
import { createOwnerHttp } from "./owner-http.ts";
import { createPartialFiles } from "./partial-files.ts";
import { createPictureThread } from "./pictures-thread.ts";
import { createProcessRuntime } from "./process-runtime.ts";
import { processTimes } from "./process-times.ts";
import { readRegistry } from "./read-registry.ts";
import { createScanThread } from "./scan-thread.ts";
import { nodeServerHttp } from "./server-http.ts";
import { toldFetch, toldHttp } from "./told-hosts.ts";
import {
  fencedArchives,
  fencedFiles,
  fencedLinks,
  fencedMoves,
  fencedOllama,
  fencedPosts,
  fencedRuntime,
  type Fence,
} from "../owner/fence.ts";
import type { Log } from "../ports/log.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Settings } from "../settings.ts";
import { routedRuntimes } from "../serving/router/routed-runtimes.ts";
import { createLazyClient } from "../sources/lazy-client.ts";
import { createRemoteFiles } from "../sources/remote-range.ts";
import { createHostBook } from "../system/host-book.ts";
import type { World } from "../world.ts";

/** What the real world is opened with. */
export interface WorldOptions {
  readonly storage: string;
  /** Of the extension. */
  readonly version: string;
  readonly redact: (text: string) => string;
  readonly log: Log;
  readonly settings: Settings;
  readonly secrets: Pick<Secrets, "get">;
  readonly fence: Fence;
  readonly late: boolean;
  /** How the web is reached, asked with each small question. */
  readonly network: () => NetSettings;
}

/** Everything the core asks of this machine, but what is opened and closed with it. What changes anything is fenced. */
export function realWorld(options: WorldOptions): Omit<World, "database" | "transfers" | "effectiveSettings"> {
  const { storage, version, redact, log, settings, secrets, fence, late, network } = options;
  const { endpoint } = settings.huggingface;
  const hosts = createHostBook(nodeClock);
  const request = toldFetch(createNetFetch(network), hosts);
  const hubClient = createLazyClient(async () => {
    const { createHuggingFaceClient } = await import("./huggingface-client.ts");
    return createHuggingFaceClient({ endpoint, token: () => secrets.get("huggingface"), request });
  });
  const http = toldHttp(createOwnerHttp(network), hosts);
  const docker = createDockerRuntime({
    storage,
    dockerHost: () => settings.serving.dockerHost,
    remote: () => settings.serving,
    fence,
  });
  const runtimes = routedRuntimes(
    { containers: docker, processes: createProcessRuntime({ storage, fence }) },
    {
      http: fencedPosts(nodeServerHttp, fence),
      clock: nodeClock,
      files: fencedFiles(nodeFiles, fence),
      digest: nodeDigest,
      folder: path.join(storage, "routers"),
      oomKills,
    },
  );
  return {
    clock: nodeClock,
    localTime: nodeLocalTime,
    random: nodeRandom,
    files: fencedFiles(nodeFiles, fence),
    folderWatch: nodeFolderWatch,
    digest: nodeDigest,
    partials: createPartialFiles(undefined, { fence, late }),
    log,
    redact,
    secrets,
    hubClient,
    serverHttp: nodeServerHttp,
    containers: fencedRuntime(runtimes.containers, fence),
    images: docker,
    processes: fencedRuntime(runtimes.processes, fence),
    times: processTimes(),
    gpu: machineGpus(),
    look: withLookThread(nodeDiskLook),
    moves: fencedMoves(nodeMoves, fence),
    archives: fencedArchives(gzipArchives, fence),
    hasher: createHashThreads(),
    scanner: createScanThread({ cacheFolder: path.join(storage, "cache"), version, log }),
    thumbprint: nodeThumbprint,
    links: fencedLinks(createNodeLinks(), fence),
    remoteFiles: createRemoteFiles({ http, endpoint, token: () => secrets.get("huggingface") }),
    web: createNodeWeb(request),
    http,
    hosts,
    names: nodeNames,
    pictures: createPictureThread(),
    memory: machineMemory,
    processors: machineProcessors,
    readRegistry,
    ollama: fencedOllama(nodeOllamaServer, fence),
    surroundings: { env: process.env, home: os.homedir() },
    storage,
    platform: process.platform,
  };
}
