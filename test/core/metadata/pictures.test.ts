import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
import { decode as decodePng } from "fast-png";
import jpeg from "jpeg-js";
import { createPictureThread } from "../../../src/core/adapters/pictures-thread.ts";
import { pictureFacts } from "../../../src/core/metadata/picture-facts.ts";
import { faultOf, never } from "../downloads/support.ts";
import { png } from "./world.ts";

const chunk = (type: string, body: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
};
const madePng = (width: number, height: number, packed: Buffer): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk("IHDR", head), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
};

suite("thumbnails", () => {
  const pictures = createPictureThread({ idle: 50 });
  suiteTeardown(() => pictures.close());

  test("a large picture becomes a small one of its shape", async () => {
    const made = await pictures.thumbnail(png(800, 400), 256, never);
    assert.deepEqual(made.original, { kind: "png", width: 800, height: 400 });
    assert.equal(made.kind, "jpeg");
    const small = jpeg.decode(made.content);
    assert.deepEqual([small.width, small.height], [256, 128]);
    assert.ok(Math.abs((small.data[0] ?? 0) - 120) < 4);
  });

  test("what can be seen through stays so", async () => {
    const made = await pictures.thumbnail(png(600, 300, 4), 100, never);
    assert.equal(made.kind, "png");
    const small = decodePng(made.content);
    assert.deepEqual([small.width, small.height, small.channels], [100, 50, 4]);
    assert.equal(small.data[3], 120);
  });

  test("a JPEG is read too", async () => {
    const { data } = jpeg.encode({ width: 300, height: 600, data: Buffer.alloc(300 * 600 * 4, 200) }, 90);
    const small = jpeg.decode((await pictures.thumbnail(data, 256, never)).content);
    assert.deepEqual([small.width, small.height], [128, 256]);
  });

  test("a GIF stays as it is", async () => {
    const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
    const made = await pictures.thumbnail(gif, 256, never);
    assert.equal(made.kind, "gif");
    assert.deepEqual(Buffer.from(made.content), gif);
  });

  test("what declares too many pixels, unpacks to too much, is torn or is none is refused", async () => {
    const bombs = [
      madePng(60_000, 60_000, deflateSync(Buffer.alloc(10))),
      madePng(10, 10, deflateSync(Buffer.alloc(64 * 2 ** 20))),
      png(300, 300).subarray(0, 200),
      Buffer.from("<svg/>"),
      Buffer.alloc(0),
    ];
    for (const bomb of bombs) {
      const told = await faultOf(pictures.thumbnail(bomb, 256, never));
      assert.equal(told.code, "formatInvalid");
    }
    assert.equal((await pictures.thumbnail(png(2, 2), 256, never)).original.width, 2);
  });

  test("the size of a WebP is in its head", () => {
    const webp = Buffer.alloc(40);
    webp.write("RIFF", 0);
    webp.write("WEBPVP8X", 8);
    webp.writeUIntLE(1919, 24, 3);
    webp.writeUIntLE(1079, 27, 3);
    assert.deepEqual(pictureFacts(webp), { kind: "webp", width: 1920, height: 1080 });
  });
});
