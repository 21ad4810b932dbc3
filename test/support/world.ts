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
  readonly port: number;
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
    port,
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

async function putOnHub(
  folder: string,
  {
    name,
    quantization,
    context,
    reply,
    sizeMb,
  }: {
    readonly name: string;
    readonly quantization: TensorType;
    readonly context: number;
    readonly reply: string;
    readonly sizeMb?: number;
  },
): Promise<WorldModel> {
  const slug = name.replaceAll(" ", "-");
  const repository = `demo/${slug}-GGUF`;
  const file = `${slug}-${quantization}.gguf`;
  const home = path.join(folder, "hub", repository);
  const { bytes } = writeTinyGguf({
    file: path.join(home, file),
    name,
    reply,
    type: quantization,
    ...(sizeMb === undefined ? {} : { sizeMb }),
  });
  const card = `---\nlicense: mit\n---\n# ${name}\n\nA tiny model for demonstration. Whatever it is asked, it answers: ${reply}\n`;
  await writeFile(path.join(home, "README.md"), card);
  return { repository, file, quantization, bytes, reply, profile: slug.toLowerCase(), title: name, context };
}

function profiles(models: readonly WorldModel[], how: ServeWith): string {
  const standIn = how.kind === "stand-in";
  const sections = models.map(({ profile, title, repository, file, context }) =>
    [
      `[${profile}]`,
      `NAME=${title}${standIn ? " (scripted stand-in)" : ""}`,
      `DESCRIPTION=${standIn ? "No model runs: a scripted stand-in serves, as there is no llama-server here" : "A tiny model that always says the same"}`,
      `MODEL=${repository}/${file}`,
      `CTX_SIZE=${context}`,
      "",
    ].join("\n"),
  );
  return `# Profiles of the demo: what is served, and how.\n\n${sections.join("\n")}`;
}
