import type { Changes, Commit, Edit, OpenReport, Row, Value } from "../ports/database.ts";
import type { EntryDetails, EntryGroups, EntryPage, GroupField, ModelStats } from "../protocol/models.ts";
import type { Event } from "../util/events.ts";

/** The collection: entries in their layers, their files, and every durable row of the other rooms. */
export interface Registry {
  /** One durable transaction; `onChange` has fired for it when this resolves. */
  commit(edits: readonly Edit[]): Promise<Commit>;
  query(statement: string, parameters?: readonly Value[]): Promise<readonly Row[]>;
  /** Ordered by display name, then name. A discovered row hides the curated one of the same name. */
  list(filter: EntryFilter): Promise<EntryPage>;
  /** The values a field has among the entries that match, each with how many there are. */
  groups(by: GroupField, filter: EntryFilter): Promise<EntryGroups>;
  /** Rejects with `notFound`, naming entries that look alike. */
  show(name: string): Promise<EntryDetails>;
  stats(): Promise<ModelStats>;
  readonly onChange: Event<Changes>;
  /** Names of entries whose file was found to have come or gone; no row of theirs changed. */
  readonly onPresence: Event<readonly string[]>;
  /** Files may have come or gone without a commit: the next filter by what is installed looks at all of them. */
  doubtPresence(): void;
  /** Looks whether what is known at these paths and below is still so; `onPresence` has fired for what is not. */
  lookBelow(paths: readonly string[]): Promise<void>;
  /**
   * Reads all entries into memory, so that pages of them need not ask the database; they follow the commits from then on.
   * @param pause waited for before each slice; where it rejects, so does this
   */
  readAhead(pause: () => Promise<void>): Promise<void>;
  readonly opened: OpenReport;
  /** Everything may be otherwise than it was read; `opened` says why. */
  readonly onRevised: Event<OpenReport>;
}

/**
 * Every part that is given must hold; one of which only the name is given asks for any value. Texts without case; an empty
 * one is met by entries of which nothing says it.
 */
export interface FactFilter {
  readonly name: string;
  readonly is?: string | number | boolean | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** Every part that is given must hold. Texts are compared without case; an empty one is met by entries without any. */
export interface EntryFilter {
  readonly backend?: string | undefined;
  readonly family?: string | undefined;
  readonly location?: string | undefined;
  readonly format?: string | undefined;
  readonly quantization?: string | undefined;
  readonly role?: string | undefined;
  readonly capability?: string | undefined;
  /** Each word must occur in the name, display name, or source. */
  readonly text?: string | undefined;
  /** What holds of its characteristics; by the most trusted source of each. */
  readonly where?: readonly FactFilter[] | undefined;
  readonly installed?: boolean | undefined;
  readonly includeDeprecated?: boolean | undefined;
  readonly includeTesting?: boolean | undefined;
  /** Default 200, at most 1000. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}
