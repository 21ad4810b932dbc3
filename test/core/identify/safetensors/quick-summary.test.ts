import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isMalformed, readBuffer } from "../../../../src/core/identify/reader.ts";
import { readHead } from "../../../../src/core/identify/read-head.ts";
import { DTYPE_BITS } from "../../../../src/core/identify/safetensors/header.ts";
import { quickSummary } from "../../../../src/core/identify/safetensors/quick-summary.ts";
import { readSafetensors } from "../../../../src/core/identify/safetensors/read-safetensors.ts";
import { safetensorsHead, summarizedHead } from "../../../../src/core/identify/safetensors/safetensors-head.ts";
import { type Tensors, llama, safetensorsFile, withLength } from "./build.ts";

const quickly = (bytes: Uint8Array, room: number) => {
  const quick = quickSummary(bytes, room);
  return quick && summarizedHead(quick, "x.safetensors");
};
const slowly = (bytes: Uint8Array, room: number) => {
  const header = readBuffer(readSafetensors(bytes.length + room), bytes);
  return isMalformed(header) ? header : safetensorsHead(header, "x.safetensors");
};
/** As Python's json writes it. */
const spaced = (bytes: Uint8Array): Uint8Array =>
  withLength(new TextDecoder().decode(bytes.subarray(8)).replaceAll(/(?<=[:,])(?=["[{\d])/g, " "));

const files: Readonly<Record<string, Tensors>> = {
  "a model": llama(40),
  "a mixture of experts": {
    ...llama(2),
    ...Object.fromEntries(
      Array.from({ length: 64 }, (_, expert): readonly [string, Tensors[string]] => [
        `model.layers.1.mlp.experts.${expert}.up.weight`,
        ["F8_E4M3", 8, 8],
      ]),
    ),
  },
  "a low-rank addition": {
    "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight": ["F16", 8, 640],
    "lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight": ["F16", 640, 8],
    "lora_unet_mid_block_attentions_0_attn2_to_k.lora_down.weight": ["F16", 8, 2048],
    "lora_unet_down_blocks_0_attentions_0_proj_in.alpha": ["F32"],
  },
  "a checkpoint for pictures": {
    "model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight": ["F16", 640, 2048],
    "conditioner.embedders.1.model.ln_final.bias": ["F16", 1280],
    "first_stage_model.decoder.up.3.block.0.conv1.weight": ["F32", 128, 128, 3, 3],
  },
  "what sees": { ...llama(2), "vision_tower.vision_model.encoder.layers.0.q.weight": ["BF16", 8, 8] },
};

suite("a safetensors header in sums alone", () => {
  for (const [title, tensors] of Object.entries(files))
    test(`tells of ${title} what the reader of lists tells`, () => {
      const { bytes, size } = safetensorsFile(tensors, { format: "pt", "modelspec.title": 'A "title" {of} it' });
      for (const written of [bytes, spaced(bytes)]) {
        const quick = quickly(written, size - bytes.length);
        assert.ok(quick);
        assert.deepEqual(quick, slowly(written, size - bytes.length));
      }
    });

  test("tells of any header what the reader of lists tells, or nothing", () => {
    const name = fc.oneof(
      fc.stringMatching(/^(model\.)?(layers|h|blocks)\.\d{1,4}\.(mlp|experts\.\d{1,3}|vision)\.(weight|bias|scales)$/),
      fc.stringMatching(/^[a-z0-9.]{1,12}$/),
      fc.string({ minLength: 1 }),
    );
    const tensor = fc.tuple(
      fc.constantFrom(...Object.keys(DTYPE_BITS), "F99"),
      fc.array(fc.nat(70_000), { maxLength: 5 }),
      fc.nat(1_000_000),
    );
    let told = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor), { maxLength: 12 }),
        fc.option(fc.dictionary(fc.string(), fc.string())),
        fc.boolean(),
        fc.option(fc.nat(2000)),
        (tensors, metadata, blanks, cut) => {
          const table = tensors.map(([one, [dtype, shape, end]]) => {
            const entry = { dtype, shape, data_offsets: [0, end] };
            return `${JSON.stringify(one)}:${JSON.stringify(entry)}`;
          });
          const header = `{${[...(metadata ? [`"__metadata__":${JSON.stringify(metadata)}`] : []), ...table].join(",")}}`;
          const whole = blanks ? spaced(withLength(header)) : withLength(header);
          const bytes = cut === null ? whole : withLength(new TextDecoder().decode(whole.subarray(8)).slice(0, cut));
          const quick = quickly(bytes, 900_000);
          if (!quick) return;
          told += 1;
          assert.deepEqual(quick, slowly(bytes, 900_000));
        },
      ),
      { numRuns: 2000, seed: 11 },
    );
    assert.ok(told > 100);
  });

  for (const [title, header] of Object.entries({
    "a tensor named twice":
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
    "a layer named twice":
      '{"a.1.b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a.01.b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a.1.b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}',
    "tensors beyond the file's end": '{"a":{"dtype":"F32","shape":[9999],"data_offsets":[0,39996]}}',
    "packed weights": '{"a.weight":{"dtype":"U32","shape":[8,8],"data_offsets":[0,256]}}',
    "blanks that come and go": '{"a": {"dtype": "F32", "shape": [1,23], "data_offsets": [0, 92]}}',
    "fields in another order": '{"a":{"shape":[1],"dtype":"F32","data_offsets":[0,4]}}',
    "a name with escapes": String.raw`{"a\u0062":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
    "metadata before and behind":
      '{"__metadata__":{"a":"b"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":{"a":"b"}}',
    "an end that is missing": '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}',
  }))
    test(`leaves ${title} to the reader of lists`, () => {
      assert.equal(quickSummary(withLength(header), 1000), undefined);
    });

  test("a header longer than the first look is read in two, and once", () => {
    const { bytes, size } = safetensorsFile(llama(800));
    const looks: number[] = [];
    const reader = readHead(size, "x.safetensors");
    let step = reader.next();
    while (step.done !== true) {
      const { offset, length } = step.value;
      looks.push(offset);
      // The next answer lies where the last one lay.
      step = reader.next(window.subarray(0, copy(bytes.subarray(offset, offset + length))));
    }
    assert.deepEqual(looks, [0, 65_536]);
    assert.deepEqual(step.value, slowly(bytes, size - bytes.length));
  });
});

const window = new Uint8Array(2 ** 20);
function copy(bytes: Uint8Array): number {
  window.set(bytes);
  return bytes.length;
}
