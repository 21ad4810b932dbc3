import type { ServerAnswer } from "../../ports/server-http.ts";

/** A model as a router tells of it. */
export interface RoutedState {
  readonly model: string;
  /** `unloaded`, `loading`, `loaded`, and whatever else a later build knows. */
  readonly status: string;
  /** Of the process it runs in, or ran in last; 0 before it ever ran. */
  readonly port: number;
  /** Of that process, once it ended by itself. */
  readonly exitCode: number | undefined;
}

/** What `/models` says; undefined where it says nothing, or the server is no router. */
export function readModels(answer: ServerAnswer): readonly RoutedState[] | undefined {
  if (answer.kind === "silent" || answer.status !== 200) return undefined;
  const data = field(answer.body, "data");
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((one: unknown) => {
    const [model, told] = [field(one, "id"), field(one, "status")];
    const [status, args, exitCode] = [field(told, "value"), field(told, "args"), field(told, "exit_code")];
    if (typeof model !== "string" || typeof status !== "string") return [];
    const words: readonly unknown[] = Array.isArray(args) ? args : [];
    const port = Number(words[words.lastIndexOf("--port") + 1] ?? 0);
    return [
      { model, status, port: port > 0 ? port : 0, exitCode: typeof exitCode === "number" ? exitCode : undefined },
    ];
  });
}

export const isUp = ({ status }: Pick<RoutedState, "status">): boolean => status !== "unloaded" && status !== "failed";

/** What a line of `/models/sse` tells of a model. */
export interface RoutedEvent {
  readonly model: string;
  readonly status: string;
  /** Of all stages of the load, from 0 to 1. */
  readonly share: number | undefined;
}

/** undefined for lines that tell of no state: blanks between events, and what is not known yet. */
export function readEvent(line: string): RoutedEvent | undefined {
  if (!line.startsWith("data:")) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(line.slice("data:".length));
  } catch {
    return undefined;
  }
  const [model, data] = [field(event, "model"), field(event, "data")];
  const status = field(data, "status");
  if (typeof model !== "string" || typeof status !== "string") return undefined;
  return { model, status, share: shareOf(field(data, "progress")) };
}

/** A load has stages, of the text model, a projector and others; each tells its own share. */
function shareOf(progress: unknown): number | undefined {
  const [stages, current, value] = [field(progress, "stages"), field(progress, "current"), field(progress, "value")];
  if (!Array.isArray(stages) || stages.length === 0 || typeof value !== "number") return undefined;
  const at = Math.max(stages.indexOf(current), 0);
  return Math.min(Math.max((at + value) / stages.length, 0), 1);
}

/** What an answer has to say where it refuses. */
export const refusalOf = (answer: ServerAnswer): string => {
  if (answer.kind === "silent") return answer.reason;
  const message = field(field(answer.body, "error"), "message");
  return typeof message === "string" ? message : `HTTP ${answer.status}`;
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
