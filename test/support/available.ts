/** Something a machine may have or not; the reason is one line for people. */
export type Available<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

export const unavailable = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** What is being fetched, installed or started on the person's machine: said before it is done. */
export const say = (line: string): void => void process.stderr.write(`· ${line}\n`);

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
