/** Texts that are kept compressed. Paths are absolute; what is absent is undefined. */
export interface Archives {
  /** Replaces the file whole and durably, and makes its folder; what comes in pieces is asked for one by one. How many bytes it takes. */
  write(path: string, content: string | AsyncIterable<string>): Promise<number>;
  /** @throws FaultError `formatInvalid` where it does not unpack, `fileUnreadable` */
  read(path: string): Promise<string | undefined>;
  /** Its lines, some at a time, without ever holding all of them; none where it is absent. Throws as `read` does. */
  lines(path: string): AsyncIterable<readonly string[]>;
  /** Its first line, without unpacking the rest, and how many bytes the file has. Throws as `read` does. */
  head(path: string): Promise<{ readonly line: string; readonly bytes: number } | undefined>;
}
