import { type ArrivingRow, arrivingRow, isOnItsWay } from "../../core/present/arriving-row.ts";
import type { Download } from "../../core/protocol/downloads.ts";
import type { Disposable } from "../../core/util/events.ts";
import type { VerbResults } from "../ask.ts";
import type { Reading } from "../reading.ts";

/** The group of what is on its way, and its rows: each the same object for as long as it is there. */
export interface ArrivingNode {
  readonly kind: "arriving";
}
export interface DownloadNode {
  readonly kind: "download";
  readonly id: string;
}

export interface Arriving extends Disposable {
  /** The group; none where nothing is on its way. */
  nodes(): ArrivingNode[];
  children(): DownloadNode[];
  /** undefined: it is gone. */
  row(node: DownloadNode): ArrivingRow | undefined;
  readonly download: (node: DownloadNode) => Download | undefined;
  /** How many rows there are. */
  readonly count: number;
}

/** Milliseconds between two drawings: a row that flickers is read by no one, and each is some messages to the editor. */
const BETWEEN = 1000;
/** Milliseconds in which what comes together is drawn together. */
const TOGETHER = 50;

/** @param changed told the rows that are others now; undefined: the group came or went, so all of the tree */
export function createArriving(
  downloads: Pick<Reading<VerbResults["downloads.list"]>, "value" | "onChange">,
  changed: (nodes: readonly (ArrivingNode | DownloadNode)[] | undefined) => void,
): Arriving {
  const group: ArrivingNode = { kind: "arriving" };
  const known = new Map<string, DownloadNode>();
  /** As they were drawn last, by id and in their order. */
  let drawn = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  const onTheirWay = (): readonly Download[] => downloads.value.downloads.filter(isOnItsWay);
  const nodeOf = (id: string): DownloadNode => {
    const node = known.get(id) ?? { kind: "download", id };
    known.set(id, node);
    return node;
  };
  /** A download that did not change is the same object. */
  const words = new WeakMap<Download, string>();
  const wordsOf = (download: Download): string => {
    const made = words.get(download) ?? JSON.stringify(arrivingRow(download));
    words.set(download, made);
    return made;
  };
  const draw = (): void => {
    const now = new Map(onTheirWay().map((one) => [one.id, wordsOf(one)]));
    const before = drawn;
    drawn = now;
    for (const id of known.keys()) if (!now.has(id)) known.delete(id);
    if ((before.size === 0) !== (now.size === 0)) return changed(undefined);
    if ([...before.keys()].join("\n") !== [...now.keys()].join("\n")) return changed([group]);
    const others = [...now].filter(([id, row]) => before.get(id) !== row).map(([id]) => nodeOf(id));
    if (others.length > 0) changed(others);
  };
  let last = -BETWEEN;
  const subscription = downloads.onChange(() => {
    const soonest = last + BETWEEN - performance.now();
    timer ??= setTimeout(
      () => {
        timer = undefined;
        last = performance.now();
        draw();
      },
      Math.max(TOGETHER, soonest),
    );
  });
  const find = ({ id }: DownloadNode): Download | undefined => downloads.value.downloads.find((one) => one.id === id);
  return {
    nodes: () => (drawn.size === 0 ? [] : [group]),
    children: () => [...drawn.keys()].map(nodeOf),
    row: (node) => {
      const download = find(node);
      return download && arrivingRow(download);
    },
    download: find,
    get count() {
      return drawn.size;
    },
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}
