import assert from "node:assert/strict";
import type { FileHead } from "../../../../src/core/identify/head.ts";
import { readHead } from "../../../../src/core/identify/read-head.ts";
import { type ByteRange, read } from "../../../../src/core/identify/reader.ts";
import { ggufBytes } from "../../../support/gguf-files.ts";
import { llama, tiny } from "./files.ts";

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

function head(bytes: Uint8Array, name: string, size = bytes.length): FileHead {
  return read(readHead(size, name), ({ offset, length }) => bytes.subarray(offset, offset + length));
}

suite("the head of any file", () => {
  test("a GGUF file is one by its first bytes, whatever its name", () => {
    const whole = Buffer.concat([ggufBytes(tiny), Buffer.alloc(4096)]);
    for (const name of ["model.gguf", "sha256-0a0b0c", "model.bin"]) {
      const { format, kind, problem } = head(whole, name);
      assert.deepEqual([format, kind, problem], ["gguf", "model", undefined], name);
    }
  });

  test("a small header is asked for once, and no bytes twice at the begin of a large one", () => {
    const asked = (bytes: Uint8Array): readonly ByteRange[] => {
      const ranges: ByteRange[] = [];
      // What was handed out before is gone by the next question, as with a buffer that is used anew.
      let last = new Uint8Array(0);
      read(readHead(bytes.length, "a.gguf"), (range) => {
        last.fill(0xff);
        ranges.push(range);
        return (last = Uint8Array.from(bytes.subarray(range.offset, range.offset + range.length)));
      });
      return ranges;
    };
    assert.deepEqual(asked(Buffer.concat([ggufBytes(tiny), Buffer.alloc(1 << 20)])), [{ offset: 0, length: 65_536 }]);
    const large = asked(ggufBytes(llama));
    assert.equal(large.length, 2);
    assert.ok((large[1]?.offset ?? 0) > 64_000);
  });

  test("a GGUF file that is shorter than its tensors is told, and what it is nevertheless", () => {
    const cut = head(Buffer.concat([ggufBytes(tiny), Buffer.alloc(100)]), "model.gguf");
    assert.equal(cut.kind, "model");
    assert.match(cut.problem ?? "", /cut short.*Download it again/);
  });

  test("a broken GGUF file is of an unknown kind, with what is wrong", () => {
    const broken = head(ggufBytes({ version: 9 }), "model.gguf");
    assert.deepEqual([broken.format, broken.kind, broken.characteristics], ["gguf", "unknown", []]);
    assert.match(broken.problem ?? "", /version/);
  });

  for (const [what, bytes, name] of [
    ["a zip of torch", bytesOf("PK\u0003\u0004 archive/data.pkl and more"), "model.bin"],
    ["a zip of torch of another name", bytesOf("PK\u0003\u0004 archive/data.pkl and more"), "model"],
    ["a zip named as one", bytesOf("PK\u0003\u0004 archive/.format_version"), "model.pth"],
    ["a zip of an exported program", bytesOf("PK\u0003\u0004 archive_format"), "model.pt2"],
    ["a pickle of that name", bytesOf("\u0080\u0002}q\u0000"), "model.pkl"],
    ["a pickle", bytesOf("\u0080\u0002}q\u0000"), "model.ckpt"],
  ] as const)
    test(`${what} is unsafe`, () => {
      const { format, characteristics } = head(bytes, name);
      assert.equal(format, "pytorch");
      assert.deepEqual(
        characteristics.map(({ name, value }) => [name, value]),
        [["unsafe", true]],
      );
    });

  test("of PyTorch, what is no weights by its name is no model", () => {
    const pickle = bytesOf("\u0080\u0002}q\u0000");
    assert.equal(head(pickle, "pytorch_model.bin").kind, "model");
    assert.equal(head(pickle, "training_args.bin").kind, "unknown");
  });

  const safetensors = (json: string, data: number): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, bytesOf(json), Buffer.alloc(data)]);
  };
  const one = '{"model.embed_tokens.weight":{"dtype":"BF16","shape":[2,4],"data_offsets":[0,16]}}';

  test("a safetensors file is one by its first bytes, and a broken one says what is wrong", () => {
    const whole = head(safetensors(one, 16), "sha256-0a0b");
    assert.deepEqual([whole.format, whole.problem], ["safetensors", undefined]);
    assert.equal(whole.characteristics.find(({ name }) => name === "parameters")?.value, 8);
    const cut = head(safetensors(one, 0), "model.safetensors");
    assert.deepEqual([cut.format, cut.kind], ["safetensors", "unknown"]);
    assert.match(cut.problem ?? "", /ends before/);
  });

  test("ONNX is one by its name", () => {
    const { format, kind } = head(bytesOf("\u0008\u0007\u0012\u0007pytorch"), "onnx/model.onnx");
    assert.deepEqual([format, kind], ["onnx", "model"]);
  });

  for (const [what, bytes, problem] of [
    ["an empty file", bytesOf(""), /empty/],
    ["a pointer of git LFS", bytesOf("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"), /git LFS/],
    ["a web page", bytesOf("<!DOCTYPE html><html>Sign in</html>"), /web page/],
    ["zeros", Buffer.alloc(4096), /blank/],
    ["another zip", bytesOf("PK\u0003\u0004 word/document.xml"), /no format/],
    ["noise", bytesOf("\u0001\u0002\u0003"), /no format/],
  ] as const)
    test(`${what} is told as that`, () => {
      const read = head(bytes, "model.safetensors");
      assert.equal(read.kind, "unknown");
      assert.match(read.problem ?? "", problem);
    });
});
