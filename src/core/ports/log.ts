/** Where lines go. Whoever makes one passes every line through the redactor; callers need not think of it. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  /** `error` is told with its causes and stacks, once. */
  error(line: string, error?: unknown): void;
}
