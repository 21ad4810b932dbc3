import { findEngine } from "../../support/engine.ts";
import { llamaImage, nativeLlamaServer } from "../../support/llama.ts";
import { servesReally } from "./real-server.ts";

servesReally("in containers", async () => {
  const found = await findEngine();
  if (!found.ok) return undefined;
  const image = await llamaImage(found.engine);
  if (!image.ok) return undefined;
  return { engine: "docker", values: { "backends.llama.cpp.image": image.image }, dockerHost: found.engine.host };
});

servesReally("as processes", async () => {
  const native = await nativeLlamaServer();
  if (!native.ok) return undefined;
  return { engine: "process", values: { "backends.llama.cpp.binary": native.binary } };
});
