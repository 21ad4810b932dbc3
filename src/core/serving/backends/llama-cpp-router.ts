import type { RouterPart, RuntimeKind } from "../../ports/runtime.ts";
import { fault } from "../../util/faults.ts";
import type { Launch, Mate } from "../backend.ts";
import { isAbsolutePath } from "../model-path.ts";
import { presetOf } from "../router/preset.ts";
import { fileFlags } from "./llama-cpp-args.ts";
import { mountsOf } from "./llama-cpp-mounts.ts";

/** In the container of a router each profile has a folder: files of two may have one name. */
export const folderInRouter = ({ id }: { readonly id: string }): string => `/models/${id}`;

/** All models of a router have one working folder, so that files below a model's own are named whole. */
export const inRouter = (args: readonly string[], { model, profile }: Mate, kind: RuntimeKind): readonly string[] =>
  args.map((arg, at) => {
    const file = fileFlags.has(args[at - 1] ?? "") ? model.named.get(arg) : undefined;
    if (!file || isAbsolutePath(arg)) return arg;
    return kind === "container" ? `${folderInRouter(profile)}/${arg}` : file.path;
  });

/**
 * With one of these it serves one model alone, refuses our own questions, has them at another address or does not start:
 * tried with build 11669. None of them comes from our own environment, and what an image sets of them is taken out.
 */
export const notForRouters: readonly string[] = [
  "LLAMA_API_KEY",
  ...["MODEL", "MODEL_URL", "HF_REPO", "HF_FILE", "DOCKER_REPO", "API_PREFIX", "MODELS_DIR"].map(
    (name) => `LLAMA_ARG_${name}`,
  ),
  "LLAMA_ARG_SSL_KEY_FILE",
  "LLAMA_ARG_SSL_CERT_FILE",
];

/**
 * One model at a time, and none by itself: what is loaded is the switch's to say. The presets hold that model alone, as
 * one wrong flag in them has the router refuse them all.
 * @throws FaultError `configInvalid` for what a preset cannot say, and for variables that no router works with
 */
export function routerPart(
  name: string,
  args: readonly string[],
  { host, port }: { readonly host: string; readonly port: number },
  { profile, model, mates = [] }: Launch,
  kind: RuntimeKind,
): RouterPart {
  const stray = Object.keys(profile.environment).find((name) => notForRouters.includes(name));
  if (stray !== undefined)
    throw fault({
      code: "configInvalid",
      path: profile.file,
      problem: `${stray} in the environment has no place in a router: leave out router, or the variable`,
    });
  const all: readonly Mate[] = kind === "container" ? [{ profile, model }, ...mates] : [];
  return {
    name,
    model: profile.id,
    preset: presetOf(args, profile.id, profile.file),
    args: ["--models-max", "1", "--no-models-autoload", "--host", host, "--port", String(port)],
    mounts: all.flatMap((mate) => mountsOf(mate, folderInRouter(mate.profile))),
    files: all
      .flatMap((mate) => [...mate.model.parts, ...mate.model.named.values()])
      .map(({ real, size, identity = "" }) => `${real} ${size} ${identity}`)
      .toSorted(),
  };
}
