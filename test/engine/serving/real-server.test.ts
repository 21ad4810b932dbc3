import { findEngine } from "../../support/engine.ts";
import { llamaImage, nativeLlamaServer } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { servesReally } from "./real-server.ts";

servesReally("in containers", async (context) => {
  const { engine } = needs(context, "engine", await findEngine());
  const { image } = needs(context, "llama", await llamaImage(engine));
  return { engine: "docker", values: { "backends.llama.cpp.image": image }, dockerHost: engine.host };
});

servesReally("as processes", async (context) => {
  const { binary } = needs(context, "llama", await nativeLlamaServer());
  return { engine: "process", values: { "backends.llama.cpp.binary": binary } };
});
