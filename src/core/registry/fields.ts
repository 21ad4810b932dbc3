/** What does not fit, and in which field: outermost first, none where it is the whole. */
export class FieldProblem extends Error {
  readonly fields: readonly string[];
  readonly problem: string;

  constructor(problem: string, fields: readonly string[] = []) {
    super(fields.length > 0 ? `“${fields.join(".")}” ${problem}` : problem);
    this.problem = problem;
    this.fields = fields;
  }
}

/** Readers of a field of a registry file. Each gives what was wanted, or throws a FieldProblem. */
export type Read<T> = (value: unknown) => T;

export function inField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    throw new FieldProblem(error.problem, [field, ...error.fields]);
  }
}

const takes = (what: string): never => {
  throw new FieldProblem(`takes ${what}`);
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asText: Read<string> = (value) => (typeof value === "string" ? value : takes("a text"));

/** Of one line, without blanks at its ends. */
export const asLine: Read<string> = (value) => {
  const line = asText(value).trim();
  return line === "" || /[\r\n\0]/.test(line) ? takes("a text of one line") : line;
};

export const asFlag: Read<boolean> = (value) => (typeof value === "boolean" ? value : takes("true or false"));

export const asWhole =
  (low: number, high: number): Read<number> =>
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high
      ? value
      : takes(high === Number.MAX_SAFE_INTEGER ? "a whole number" : `a whole number from ${low} to ${high}`);

export const asRecord: Read<Readonly<Record<string, unknown>>> = (value) =>
  isRecord(value) ? value : takes("an object");

export const asLines: Read<readonly string[]> = (value) =>
  Array.isArray(value) ? [...new Set(value.map(listed))] : takes("a list of texts");

const listed: Read<string> = (value) => (typeof value === "string" ? asLine(value) : takes("a list of texts"));

/** One to a line: blanks at their ends, and repetitions, are part of them. */
export const asArguments: Read<readonly string[]> = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "" && !/[\r\n\0]/.test(one))
    ? value
    : takes("a list of texts, one argument each");

export const asTime: Read<string> = (value) => {
  const time = asText(value);
  return Number.isNaN(Date.parse(time)) ? takes("a time, as 2026-01-31T12:00:00Z") : time;
};

export const asPath: Read<string> = (value) => {
  const path = asText(value);
  return /^(\/|[a-z]:[\\/]|\\\\|ollama:\/\/.)/i.test(path) && !path.includes("\0") ? path : takes("an absolute path");
};

export const asOneOf =
  <const T extends string>(choices: readonly T[], called: Readonly<Record<string, T>> = {}): Read<T> =>
  (value) => {
    const given = asText(value).toLowerCase();
    return choices.find((one) => one === given) ?? called[given] ?? takes(`one of ${choices.join(", ")}`);
  };

/** What else the source may say than our own fields is no reason to refuse it: undefined then. */
export const ifFits = <T>(read: Read<T>, value: unknown): T | undefined => {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof FieldProblem) return undefined;
    throw error;
  }
};
