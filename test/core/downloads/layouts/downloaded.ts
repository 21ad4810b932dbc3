import { mkdir, mkdtemp, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../../src/core/adapters/node-links.ts";
import { createItem } from "../../../../src/core/downloads/item.ts";
import type { Item } from "../../../../src/core/downloads/item.ts";
import { newEntryOf } from "../../../../src/core/downloads/new-entry-of.ts";
import { planSets } from "../../../../src/core/downloads/plan-sets.ts";
import type { DownloadPlan } from "../../../../src/core/downloads/plan.ts";
import { createPublishSet } from "../../../../src/core/downloads/publish-set.ts";
import type { DownloadRequest } from "../../../../src/core/downloads/queue.ts";
import type { HubAnalysis } from "../../../../src/core/protocol/hub.ts";
import type { Trouble } from "../../../../src/core/protocol/downloads.ts";
import { allOperations } from "../../../../src/core/maintenance/operations/all.ts";
import { amongKnown } from "../../../../src/core/registry/among-known.ts";
import { entryEdits } from "../../../../src/core/registry/entry-edits.ts";
import { type Layout, readSettings } from "../../../../src/core/settings.ts";
import { sha256Of } from "../../../support/stores/model-files.ts";
import { type Workshop, never, openWorkshop } from "../../maintenance/workshop.ts";

export type Contents = Readonly<Record<string, Uint8Array | string>>;

/** A machine with one location of a layout, on which downloads end without a byte fetched. */
export interface Downloading {
  readonly shop: Workshop;
  readonly publish: ReturnType<typeof createPublishSet>;
  plans(analysis: HubAnalysis, request?: Partial<DownloadRequest>): Promise<readonly DownloadPlan[]>;
  /** The files are there as a transfer leaves them. */
  arrive(plan: DownloadPlan, contents: Contents): Promise<Item>;
  /** As a download's end does it, with what it made noted. */
  publishItem(item: Item): Promise<readonly Trouble[]>;
  /** All that follows: what is published of it, and its entry, by name. */
  finish(item: Item): Promise<{ readonly name: string; readonly troubles: readonly Trouble[] }>;
}

export async function openDownloading(
  layout: Layout,
  others: Readonly<Record<string, HubAnalysis>> = {},
): Promise<Downloading> {
  const root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-layout-"));
  const models = path.join(root, "models");
  const { settings } = readSettings({ locations: { main: { path: models, layout } } }, path.join(root, "data"));
  const shop = await openWorkshop({ root, settings, operations: allOperations });
  const { registry } = shop.parts;
  const links = createNodeLinks();
  const publish = createPublishSet({ files: nodeFiles, links });
  const publishItem = (item: Item): Promise<readonly Trouble[]> =>
    publish(item.plan, never, (link) => {
      item.plan = { ...item.plan, linked: [...(item.plan.linked ?? []), link] };
    });
  return {
    shop,
    publish,
    publishItem,
    plans: (analysis, request = {}) =>
      planSets(
        {
          files: nodeFiles,
          links,
          hub: { analyze: async (model) => others[model] ?? analysis },
          places: { locations: settings.locations, defaultLocation: "main" },
          endpoint: "http://127.0.0.1:1",
        },
        analysis,
        { model: analysis.repository, ...request },
        never,
      ),
    arrive: async (plan, contents) => {
      const item = createItem(plan, { id: "1", priority: 0, position: 1, addedAt: "", state: "running" });
      for (const file of item.files) {
        const { target, path: inside } = file.planned;
        const content = contents[inside] ?? "";
        const before = await stat(target).catch(() => undefined);
        if (!before) {
          await mkdir(path.dirname(target), { recursive: true });
          await writeFile(target, content);
        }
        const there = await nodeFiles.stat(target);
        if (!there) throw new Error(target);
        const { modified, identity } = there;
        file.state = "done";
        file.finished = { made: !before, proof: "sha256", sha256: sha256Of(content), modified, identity };
      }
      return item;
    },
    finish: async (item) => {
      const troubles = await publishItem(item);
      const { name, edits } = entryEdits(await amongKnown(registry, newEntryOf(item, "2026-01-01T00:00:00.000Z")));
      await registry.commit(edits);
      return { name, troubles };
    },
  };
}
