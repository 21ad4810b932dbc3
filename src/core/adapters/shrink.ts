/** Red, green, blue and cover, one byte each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Each pixel the mean of those it stands for, weighed by their cover; a picture that is small enough stays as it is. */
export function shrink(picture: Pixels, maxEdge: number): Pixels {
  const scale = Math.max(picture.width, picture.height) / maxEdge;
  if (scale <= 1) return picture;
  const width = Math.max(1, Math.round(picture.width / scale));
  const height = Math.max(1, Math.round(picture.height / scale));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, picture.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, picture.width);
      data.set(mean(picture, left, right, top, bottom), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

function span(index: number, count: number, length: number): readonly [number, number] {
  const from = Math.floor((index * length) / count);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * length) / count))];
}

function mean(
  { data, width }: Pixels,
  left: number,
  right: number,
  top: number,
  bottom: number,
): readonly [number, number, number, number] {
  let [red, green, blue, cover] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      const alpha = data[at + 3] ?? 255;
      red += (data[at] ?? 0) * alpha;
      green += (data[at + 1] ?? 0) * alpha;
      blue += (data[at + 2] ?? 0) * alpha;
      cover += alpha;
    }
  const weight = Math.max(1, cover);
  const count = (right - left) * (bottom - top);
  return [red / weight, green / weight, blue / weight, cover / count];
}
