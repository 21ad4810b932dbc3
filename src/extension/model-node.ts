import type { Grouping } from "../core/present/model-filter.ts";
import type { Entry, EntryFile, Tally } from "../core/protocol/models.ts";
import type { ArrivingNode, DownloadNode } from "./library/arriving.ts";
import type { NewFilesNode } from "./library/new-files.ts";

/** A row of the view *Models*. `group` is the value its models have in common, "" for those that have none. */
export type ModelNode =
  | {
      readonly kind: "group";
      readonly by: Grouping;
      readonly group: string;
      readonly tally: Tally;
      readonly open: boolean;
    }
  | {
      readonly kind: "model";
      readonly group: string;
      readonly entry: Entry;
      readonly serving: boolean;
      /** What its server was given less of, in a few words. */
      readonly less?: string;
      readonly servable: boolean;
    }
  | {
      readonly kind: "file";
      readonly group: string;
      readonly entry: string;
      readonly file: EntryFile;
      readonly label: string;
    }
  /** Weights that came into a folder and that no entry names. */
  | NewFilesNode
  /** What is on its way. */
  | ArrivingNode
  | DownloadNode
  /** @param group undefined: more groups */
  | { readonly kind: "more"; readonly group: string | undefined; readonly left: number };

/** A row, where a menu handed one over. */
export function asNode(value: unknown): ModelNode | undefined {
  return isNode(value) ? value : undefined;
}

/** The rows a menu handed over: all that are chosen, where the one it was opened on is among them. */
export function asNodes([first, chosen]: readonly unknown[]): readonly ModelNode[] {
  const all: readonly unknown[] = Array.isArray(chosen) ? chosen : [];
  return (all.includes(first) ? all : [first]).filter(isNode);
}

const isNode = (value: unknown): value is ModelNode =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  ["group", "model", "file", "newFiles", "arriving", "download", "more"].some((kind) => kind === value.kind);
