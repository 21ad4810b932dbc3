import type { Commit, Edit, OpenReport, Prepared, Row, Value } from "../../ports/database.ts";
import { type Fault, fault, isFault, reasonOf } from "../../util/faults.ts";
import type { PackedRows } from "./pack-rows.ts";
import type { StoreOptions } from "./store.ts";

/** What the registry's worker is started with. */
export interface WorkerStart extends StoreOptions {
  readonly wasmFile: string;
  /** Milliseconds without a commit after which a snapshot is taken. */
  readonly idle: number;
  /** Bytes of journal after which one is taken at once. */
  readonly journalLimit: number;
  /** Milliseconds after the last answer that was there before the rows were, after which these are read. */
  readonly readAfter: number;
}

/** To the worker. `id` comes back with the answer. */
export type Call =
  /** Goes before the commit of that id: edits of it, packed by pack-edits.ts. It changes nothing by itself. */
  | { readonly id: number; readonly kind: "part"; readonly packed: Uint8Array }
  /** `parts`: how many went before it. */
  | { readonly id: number; readonly kind: "commit"; readonly edits: readonly Edit[]; readonly parts?: number }
  | { readonly id: number; readonly kind: "query"; readonly statement: string; readonly parameters: readonly Value[] }
  | { readonly id: number; readonly kind: "prepared" }
  | { readonly id: number; readonly kind: "close" };

/** What answers a call. */
export type Answer = Extract<Reply, { readonly id: number }>;

/** From the worker. Exactly one `opened` or `failed` comes first; `failed` may also follow `opened`, and ends it. */
export type Reply =
  | { readonly kind: "opened"; readonly report: OpenReport }
  /** What was answered so far was of a state that cannot be read: everything may be otherwise. */
  | { readonly kind: "revised"; readonly report: OpenReport }
  | { readonly kind: "failed"; readonly trouble: Trouble }
  | { readonly kind: "committed"; readonly id: number; readonly commit: Commit }
  | { readonly kind: "rows"; readonly id: number; readonly rows: readonly Row[] }
  | { readonly kind: "packedRows"; readonly id: number; readonly packed: PackedRows }
  | { readonly kind: "prepared"; readonly id: number; readonly found: Prepared | undefined }
  | { readonly kind: "closed"; readonly id: number }
  | { readonly kind: "refused"; readonly id: number; readonly trouble: Trouble }
  | { readonly kind: "warning"; readonly line: string };

/** An error as data: classes do not survive the way between threads. */
export type Trouble = { readonly fault: Fault; readonly cause?: string } | { readonly message: string };

export function troubleOf(error: unknown): Trouble {
  if (!isFault(error)) return { message: reasonOf(error) };
  return { fault: error.fault, ...(error.cause === undefined ? {} : { cause: reasonOf(error.cause) }) };
}

export const errorOf = (trouble: Trouble): Error =>
  "fault" in trouble
    ? fault(trouble.fault, trouble.cause === undefined ? undefined : new Error(trouble.cause))
    : new Error(`registry: ${trouble.message}`);
