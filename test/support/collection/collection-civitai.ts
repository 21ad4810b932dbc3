import { type CivitaiServer, startCivitaiServer } from "../civitai-server.ts";
import type { Collection } from "./collection.ts";

const PICTURE = "/picture/dreamscape.png";

/** A Civitai that knows one file of the collection, with its picture. */
export async function startCollectionCivitai({ civitai: version, picture }: Collection): Promise<CivitaiServer> {
  const server = await startCivitaiServer();
  server.pictures.set(PICTURE, { content: picture, type: "image/png" });
  const images = [{ url: `${server.url}${PICTURE}`, type: "image", nsfwLevel: 1, width: 512, height: 512 }];
  server.versions.push({ ...version, more: { ...version.more, images } });
  return server;
}
