import type { ReporterOptions } from "knip";

/** A reporter for knip that says how many files it read, beside the one that says what it found. */
export default ({ counters }: ReporterOptions): void => console.log(`knip read ${counters.processed} files`);
