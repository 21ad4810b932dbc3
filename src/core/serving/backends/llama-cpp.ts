import { parseLoadLog, tellsOfLoad } from "../../fit/parse-load-log.ts";
import type { GpuRequest, Hardening, RuntimeKind, ServerSpec } from "../../ports/runtime.ts";
import type { SwitchNotice } from "../../present/switch-words.ts";
import { bytes } from "../../util/ids.ts";
import type { ServerProfile } from "../profile.ts";
import { type Asked, type Launch, type ServerBackend, askedLabels, pathFor } from "../backend.ts";
import { fileName } from "../model-path.ts";
import { fileFlags, llamaArguments } from "./llama-cpp-args.ts";
import { explainLlamaExit } from "./llama-cpp-exit.ts";
import { llamaDifferences } from "./llama-cpp-differences.ts";
import { folderInRouter, inRouter, notForRouters, routerPart } from "./llama-cpp-router.ts";
import { mountsOf } from "./llama-cpp-mounts.ts";
import { readProps } from "./llama-cpp-props.ts";
import { readSlots } from "./llama-cpp-slots.ts";

/** Inside a container: where the model lies and where the server listens. */
const FOLDER = "/models";
const PORT = 8080;

/**
 * Since build 9151 it tells what a load takes only at level 4. This variable is read since 9360 and by no build to which
 * 4 means more; a flag among the arguments wins over it.
 */
const LOG_OF_LOAD = { LLAMA_ARG_LOG_VERBOSITY: "4" } as const;

/** Turns `/metrics` on. A build that does not know it passes it over, where it would refuse a flag. */
const FIGURES = { LLAMA_ARG_ENDPOINT_METRICS: "1" } as const;

const HARDENING: Hardening = {
  readOnlyRoot: true,
  temporary: { "/tmp": bytes(64 * 2 ** 20) },
  processLimit: 512,
};

/** llama-server with one model. */
export const llamaCpp: ServerBackend = {
  name: "llama.cpp",
  fileFlags,
  spec: specOf,
  healthPath: "/health",
  // 503 while it loads; in a container, before it listens, the engine's proxy takes the connection and closes it.
  isHealthy: (answer) => answer.kind === "answer" && answer.status === 200,
  readBackPath: "/props",
  readBack: readProps,
  readLoad: (lines) => {
    const { offloaded } = parseLoadLog(lines);
    return offloaded ? { offloaded } : {};
  },
  differences: llamaDifferences,
  activityPath: "/slots",
  readActivity: readSlots,
  tellsOfLoad,
  explainExit: explainLlamaExit,
};

function specOf(
  launch: Launch,
  kind: RuntimeKind,
): { readonly spec: ServerSpec; readonly notices: readonly SwitchNotice[] } {
  const { profile, model, port } = launch;
  const { router } = profile;
  const [first] = model.parts;
  const own = first?.path ?? profile.modelPath;
  const inside = router === undefined ? FOLDER : folderInRouter(profile);
  const modelPath = kind === "container" ? `${inside}/${fileName(own)}` : own;
  const address = kind === "container" ? { host: "0.0.0.0", port: PORT } : { host: "127.0.0.1", port };
  const given = llamaArguments(profile, launch.overrides, modelPath, address);
  const { context, notices } = given;
  const args = router === undefined ? given.args : inRouter(given.args, launch, kind);
  const program = kind === "container" ? launch.image : launch.binary;
  const asked: Asked = {
    profile: profile.id,
    title: profile.name,
    group: profile.group,
    backend: "llama.cpp",
    modelPath,
    modelBytes: model.size,
    context,
    ttl: profile.ttl,
    // A router is well with no model at all: it is the model that is asked for.
    healthPath: router === undefined ? profile.healthPath : pathFor("/props", { router, profile: profile.id }),
    router,
    command: JSON.stringify([router === undefined ? program : `${program} in ${router}`, ...args]),
  };
  const common = {
    group: profile.group,
    args,
    environment: { ...LOG_OF_LOAD, ...FIGURES, ...profile.environment },
    gpus: gpusOf(profile.gpus),
    hostPort: port,
    labels: askedLabels(asked, launch.generation),
    ...(router === undefined ? {} : { router: routerPart(router, args, address, launch, kind) }),
  };
  const spec: ServerSpec =
    kind === "process"
      ? { ...common, kind, binary: program, workingFolder: model.folder }
      : {
          ...common,
          kind,
          image: program,
          containerPort: PORT,
          ...withoutOf(profile, common.environment),
          mounts: mountsOf(launch, inside),
          devices: profile.devices,
          groups: profile.groups,
          workingFolder: FOLDER,
          hardening: HARDENING,
        };
  return { spec, notices };
}

/** What the image may set, and the server does not get. */
function withoutOf(
  { router, unset = [] }: ServerProfile,
  environment: Readonly<Record<string, string>>,
): { readonly without?: readonly string[] } {
  const names = [...(router === undefined ? [] : notForRouters), ...unset];
  return names.length === 0 ? {} : { without: names.filter((name) => !Object.hasOwn(environment, name)) };
}

const gpusOf = (uuids: readonly string[] | undefined): GpuRequest =>
  uuids === undefined ? "all" : uuids.length === 0 ? "none" : { uuids };
