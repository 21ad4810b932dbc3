import type { PastRow } from "../../core/present/history-row.ts";

/** What a row stands for and how it is drawn. */
export interface PastNode {
  readonly kind: string;
  readonly id: string;
  /** Words for `viewItem =~ /\bundoable\b/` in the manifest. */
  readonly context: string;
  readonly row: PastRow;
  readonly children?: () => Promise<readonly PastNode[]>;
  /** What a click on it does. */
  readonly command?: string;
}

/** A row of one of these views, where a menu handed one over. */
export function asPastNode(value: unknown): PastNode | undefined {
  return isPastNode(value) ? value : undefined;
}

const isPastNode = (value: unknown): value is PastNode =>
  typeof value === "object" && value !== null && "context" in value && "row" in value && "id" in value;
