import { inflateSync } from "node:zlib";
import { convertIndexedToRgb, decode as decodePng, encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { MOST_PIXELS, type PictureFacts, pictureFacts } from "../metadata/picture-facts.ts";
import type { Thumbnail } from "../ports/pictures.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { type Pixels, shrink } from "./shrink.ts";

const QUALITY = 82;

/** @throws FaultError `formatInvalid` */
export function makeThumbnail(picture: Uint8Array, maxEdge: number): Thumbnail {
  const facts = pictureFacts(picture);
  if (!facts) throw invalid("it is none of png, jpeg, webp and gif");
  if (facts.width * facts.height > MOST_PIXELS) {
    throw invalid(`${facts.width} × ${facts.height} pixels are more than a preview may have`);
  }
  const original = facts;
  if (facts.kind === "webp" || facts.kind === "gif") return { kind: facts.kind, content: picture, original };
  try {
    const small = shrink(facts.kind === "png" ? pngPixels(picture, facts) : jpegPixels(picture), maxEdge);
    if (hasHoles(small)) {
      return { kind: "png", content: encodePng({ ...small, depth: 8, channels: 4 }), original };
    }
    return { kind: "jpeg", content: new Uint8Array(jpeg.encode(small, QUALITY).data), original };
  } catch (error) {
    throw invalid(`it cannot be unpacked (${reasonOf(error)})`, error);
  }
}

const invalid = (reason: string, cause?: unknown): Error =>
  fault({ code: "formatInvalid", what: "the picture", reason }, cause);

const jpegPixels = (picture: Uint8Array): Pixels =>
  jpeg.decode(picture, { useTArray: true, maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 640 });

function pngPixels(picture: Uint8Array, facts: PictureFacts): Pixels {
  refuseOverflow(picture, facts);
  const png = decodePng(picture);
  const { width, height } = png;
  const data = png.palette ? convertIndexedToRgb(png) : png.data;
  const channels = png.palette ? data.length / (width * height) : png.channels;
  const top = png.palette ? 255 : 2 ** png.depth - 1;
  const out = new Uint8Array(width * height * 4);
  const at = (index: number): number => ((data[index] ?? 0) * 255) / top;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const grey = channels < 3;
    out[pixel * 4] = at(from);
    out[pixel * 4 + 1] = at(grey ? from : from + 1);
    out[pixel * 4 + 2] = at(grey ? from : from + 2);
    out[pixel * 4 + 3] = channels === 2 || channels === 4 ? at(from + channels - 1) : 255;
  }
  return { width, height, data: out };
}

/** The decoder unpacks whatever there is; a small picture may hold gigabytes. */
function refuseOverflow(picture: Uint8Array, { width, height }: PictureFacts): void {
  const view = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[view.getUint8(25)] ?? 4;
  const row = Math.ceil((width * samples * view.getUint8(24)) / 8) + 1;
  const packed: Uint8Array[] = [];
  for (let at = 8; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) packed.push(picture.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  // An interlaced one has up to seven rows more, and each its filter's byte.
  inflateSync(Buffer.concat(packed), { maxOutputLength: row * height * 2 + 1024 });
}

const hasHoles = ({ data }: Pixels): boolean => {
  for (let index = 3; index < data.length; index += 4) if (data[index] !== 255) return true;
  return false;
};
