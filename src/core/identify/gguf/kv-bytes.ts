import type { ModelShape } from "../shape.ts";

/** Of one token over all layers, in an f16 cache that forgets nothing. Undefined where the shape tells too little. */
export function kvBytesPerToken(shape: ModelShape): number | undefined {
  const { layers, kvHeads, keyLength, valueLength, latent, slidingWindow } = shape;
  if (layers === undefined || kvHeads === undefined || keyLength === undefined) return undefined;
  if (!latent && valueLength === undefined) return undefined;
  let elements = 0;
  for (let layer = 0; layer < layers; layer += 1) {
    const windowed = slidingWindow?.layers[layer] === true ? slidingWindow : undefined;
    const key = windowed?.keyLength ?? keyLength;
    const value = latent ? 0 : (windowed?.valueLength ?? valueLength ?? 0);
    elements += ((typeof kvHeads === "number" ? kvHeads : kvHeads[layer]) ?? 0) * (key + value);
  }
  return 2 * elements;
}
