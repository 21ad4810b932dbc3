import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "./free-port.ts";
import type { TensorType } from "./gguf/format.ts";
import { type HubServer, startHubServer } from "./hub-server.ts";
import type { ServeWith } from "./serve-with.ts";
import { writeTinyGguf } from "./tiny-gguf.ts";

/** A model of a world: on its hub, with the profile that serves it once it is downloaded. */
export interface WorldModel {
  readonly repository: string;
  readonly file: string;
  readonly quantization: TensorType;
  readonly bytes: number;
  /** What it answers, whatever it is asked. */
  readonly reply: string;
  readonly profile: string;
  /** The profile's name. */
  readonly title: string;
  readonly context: number;
}

/** All that Model Deck needs around it, in one folder and on loopback: a hub with two models, and their profiles. */
export interface World {
  readonly folder: string;
  readonly hub: HubServer;
  readonly first: WorldModel;
  readonly second: WorldModel;
  readonly profilesFile: string;
  /** Model Deck's data folder. */
  readonly storage: string;
  /** Where models go. */
  readonly models: string;
  /** Where the served model answers. */
  readonly server: string;
  /** A profile's name, which says so where a stand-in serves. */
  titleOf(model: WorldModel): string;
  /** Whole keys, for VS Code. */
  readonly settings: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly how: ServeWith;
  /** Of each model. */
  readonly sizeMb?: number;
  /** Of each connection to the hub, so that a download takes a while; unlimited unless told. */
  readonly bytesPerSecond?: number;
}

/** @param folder absolute, its own; whoever made it removes it */
export async function createWorld(folder: string, { how, sizeMb, bytesPerSecond }: WorldOptions): Promise<World> {
  const size = sizeMb === undefined ? {} : { sizeMb };
  const first = await putOnHub(folder, {
    name: "Tiny Aurora",
    quantization: "F16",
    context: 1024,
    reply: "Aurora speaks: green light dances over the quiet north.",
    ...size,
  });
  const second = await putOnHub(folder, {
    name: "Tiny Borealis",
    quantization: "Q8_0",
    context: 512,
    reply: "Borealis answers: cold wind sings beneath a silver sky.",
    ...size,
  });
  const profilesFile = path.join(folder, "models.conf");
  await writeFile(profilesFile, profiles([first, second], how));
  const hub = await startHubServer({
    folder: path.join(folder, "hub"),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  });
  const [storage, models, port] = [path.join(folder, "data"), path.join(folder, "models"), await freePort()];
  await mkdir(models, { recursive: true });
  return {
    folder,
    hub,
    first,
    second,
    profilesFile,
    storage,
    models,
    server: `http://127.0.0.1:${port}`,
    titleOf: (model) => titleOf(model, how),
    settings: {
      "modelDeck.storage": storage,
      "modelDeck.locations": { main: { path: models, layout: "owner-repo" } },
      "modelDeck.huggingface.endpoint": hub.url,
      "modelDeck.profiles.files": [profilesFile],
      "modelDeck.serving.port": port,
      ...servingSettings(how),
    },
    close: () => hub.close(),
  };
}

function servingSettings(how: ServeWith): Readonly<Record<string, unknown>> {
  return how.kind === "docker"
    ? {
        "modelDeck.serving.engine": "docker",
        "modelDeck.serving.dockerHost": how.engine.host,
        "modelDeck.backends.llama.cpp.image": how.image,
      }
    : { "modelDeck.serving.engine": "process", "modelDeck.backends.llama.cpp.binary": how.binary };
}

interface Wanted {
  readonly name: string;
  /** Of the file that the profile serves. */
  readonly quantization: TensorType;
  readonly context: number;
  readonly reply: string;
  readonly sizeMb?: number;
}

/** A repository with the same model in two quantizations, so that there is something to pick from. */
async function putOnHub(folder: string, { name, quantization, context, reply, sizeMb }: Wanted): Promise<WorldModel> {
  const slug = name.replaceAll(" ", "-");
  const repository = `demo/${slug}-GGUF`;
  const home = path.join(folder, "hub", repository);
  const fileOf = (type: TensorType): string => `${slug}-${type}.gguf`;
  let bytes = 0;
  for (const type of ["F16", "Q8_0"] as const) {
    const size = sizeMb === undefined ? {} : { sizeMb: type === quantization ? sizeMb : sizeMb / 2 };
    const written = writeTinyGguf({ file: path.join(home, fileOf(type)), name, reply, type, ...size });
    if (type === quantization) bytes = written.bytes;
  }
  const card = `---\nlicense: mit\n---\n# ${name}\n\nA tiny model for demonstration. Whatever it is asked, it answers: ${reply}\n`;
  await writeFile(path.join(home, "README.md"), card);
  const profile = slug.toLowerCase();
  return { repository, file: fileOf(quantization), quantization, bytes, reply, profile, title: name, context };
}

const titleOf = ({ title }: Pick<WorldModel, "title">, how: ServeWith): string =>
  how.kind === "stand-in" ? `${title} (scripted stand-in)` : title;

function profiles(models: readonly WorldModel[], how: ServeWith): string {
  const standIn = how.kind === "stand-in";
  const sections = models.map(({ profile, title, repository, file, context }) =>
    [
      `[${profile}]`,
      `NAME=${titleOf({ title }, how)}`,
      `DESCRIPTION=${standIn ? "No model runs: a scripted stand-in serves, as there is no llama-server here" : "A tiny model that always says the same"}`,
      `MODEL=${repository}/${file}`,
      `CTX_SIZE=${context}`,
      "",
    ].join("\n"),
  );
  return `# Profiles of the demo: what is served, and how.\n\n${sections.join("\n")}`;
}
