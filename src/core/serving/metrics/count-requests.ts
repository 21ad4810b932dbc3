/** Lines of one server's log as they come; `first` numbers the first of them. */
export interface LogBatch {
  readonly server: string;
  readonly first: number;
  readonly lines: readonly string[];
}

export interface RequestCounts {
  readonly hear: (batch: LogBatch) => void;
  /** Since the server was started; undefined where its log was not seen from there on without a gap. */
  of(server: string): number | undefined;
}

/** llama-server tells no number of requests, but says of each that its slot is free again. */
export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, { next: number; count: number | undefined }>();
  return {
    hear: ({ server, first, lines }) => {
      const known = counts.get(server) ?? { next: first, count: undefined };
      if (first > known.next) known.count = undefined;
      for (const line of lines) {
        if (isStart(line)) known.count = 0;
        else if (known.count !== undefined && isRequestsEnd(line)) known.count += 1;
      }
      known.next = first + lines.length;
      counts.set(server, known);
    },
    of: (server) => counts.get(server)?.count,
  };
}

/** A line of ours: what comes after it is of another start. */
const isStart = (line: string): boolean => line.startsWith("--- Switching to ") && line.endsWith(" ---");

/** `slot release: id  0 | task 0 | stop processing: n_tokens = 18, truncated = 0`; long lines are no such. */
const isRequestsEnd = (line: string): boolean =>
  line.length < 400 && line.includes("release: ") && line.includes("| stop processing:");
