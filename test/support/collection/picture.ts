import { encode as encodePng } from "fast-png";

/** A square that goes from one colour to another. */
export function pictureOf(from: readonly number[], to: readonly number[], side: number): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      for (let part = 0; part < 3; part += 1) {
        const share = (x + y) / (2 * side);
        data[(y * side + x) * 3 + part] = Math.round((from[part] ?? 0) * (1 - share) + (to[part] ?? 0) * share);
      }
  return encodePng({ width: side, height: side, depth: 8, channels: 3, data });
}
