import type { PictureKind } from "../ports/pictures.ts";

/** What a picture says of itself in its first bytes. */
export interface PictureFacts {
  readonly kind: PictureKind;
  readonly width: number;
  readonly height: number;
}

/** Declared pixels; what says more is taken for a bomb. */
export const MOST_PIXELS = 64_000_000;

/** By its own marks, whatever its name or header says; undefined where it is none of the kinds, or its size is not to be had. */
export function pictureFacts(content: Uint8Array): PictureFacts | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const found = pngFacts(content, view) ?? gifFacts(content, view) ?? webpFacts(content, view) ?? jpegFacts(view);
  return found && found.width > 0 && found.height > 0 ? found : undefined;
}

export const endingOf = (kind: PictureKind): string => (kind === "jpeg" ? "jpg" : kind);

const ascii = (content: Uint8Array, from: number, to: number): string =>
  String.fromCodePoint(...content.subarray(from, to));

function pngFacts(content: Uint8Array, view: DataView): PictureFacts | undefined {
  if (view.byteLength < 26 || view.getUint32(0) !== 0x89504e47 || ascii(content, 12, 16) !== "IHDR") return undefined;
  return { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

function gifFacts(content: Uint8Array, view: DataView): PictureFacts | undefined {
  if (view.byteLength < 10 || !/^GIF8[79]a$/.test(ascii(content, 0, 6))) return undefined;
  return { kind: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function webpFacts(content: Uint8Array, view: DataView): PictureFacts | undefined {
  if (view.byteLength < 30 || ascii(content, 0, 4) !== "RIFF" || ascii(content, 8, 12) !== "WEBP") return undefined;
  const low24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (ascii(content, 12, 16)) {
    case "VP8 ":
      return { kind: "webp", width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const packed = view.getUint32(21, true);
      return { kind: "webp", width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { kind: "webp", width: low24(24) + 1, height: low24(27) + 1 };
    default:
      return undefined;
  }
}

/** From segment to segment to the one that names the frame. */
function jpegFacts(view: DataView): PictureFacts | undefined {
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { kind: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    const isBare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += isBare ? 2 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
