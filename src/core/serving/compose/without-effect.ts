import { type ComposeService, isRecord } from "./parse-compose.ts";

/** What a profile takes of a service; what it says beside that of its GPUs is told as part of `deploy`. */
const TAKEN: ReadonlySet<string> = new Set([
  "image",
  "build",
  "environment",
  "ports",
  "gpus",
  "deploy",
  "command",
  "volumes",
  "devices",
  "group_add",
]);

/** What holds for every server anyway, so that there is nothing to tell of. */
const ALWAYS = new Map<string, (value: unknown) => boolean>(
  Object.entries({
    init: (value) => value === true,
    read_only: (value) => value === true,
    privileged: (value) => value === false,
    restart: (value) => value === "no",
    cap_drop: () => true,
    security_opt: (value) =>
      Array.isArray(value) && value.every((one) => /^no-new-privileges(:true)?$/.test(String(one))),
  } satisfies Record<string, (value: unknown) => boolean>),
);

const REMEDIES = new Map(
  Object.entries({
    privileged: "is never given, as no server needs it: name what it has to reach under devices and group_add",
    cap_add: "is never given, as no server needs it",
    env_file: "is not read: put its variables under environment",
    entrypoint: "is not used: the image's own starts the server",
    runtime: "has no effect: GPUs are asked for by gpus or deploy, or by devices",
    user: "has no effect: a server runs as you, so that it reads what you may read",
    restart: "has no effect: a server is started again by the profile's switch alone",
  }),
);

/** Each key that has no effect, once, at its line of the compose file. */
export function withoutEffect({
  name,
  body,
  lines,
}: ComposeService): readonly { readonly line: number; readonly problem: string }[] {
  const deploy = body["deploy"];
  const more = isRecord(deploy) && !isReservationAlone(deploy);
  const found = Object.entries(body).flatMap(([key, value]) => {
    if (TAKEN.has(key) || key.startsWith("x-") || value === null || ALWAYS.get(key)?.(value) === true) return [];
    return [[key, REMEDIES.get(key) ?? "has no effect"] as const];
  });
  return [...found, ...(more ? [["deploy", "counts for the GPUs it reserves alone"] as const] : [])].map(
    ([key, problem]) => ({ line: lines.get(key) ?? 1, problem: `${key} of the service ${name} ${problem}` }),
  );
}

const isAlone = (given: Readonly<Record<string, unknown>>, key: string): boolean =>
  Object.keys(given).every((one) => one === key);

function isReservationAlone(deploy: Readonly<Record<string, unknown>>): boolean {
  const { resources } = deploy;
  const reservations = isRecord(resources) ? resources["reservations"] : undefined;
  return (
    isAlone(deploy, "resources") &&
    (!isRecord(resources) || isAlone(resources, "reservations")) &&
    (!isRecord(reservations) || isAlone(reservations, "devices"))
  );
}
