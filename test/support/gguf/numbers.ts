/** IEEE half precision of a finite number, rounded to nearest; too large becomes infinity. */
export const half = ((): ((value: number) => number) => {
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  return (value) => {
    float[0] = value;
    const bits = word[0] ?? 0;
    const sign = (bits >>> 16) & 0x8000;
    const exponent = ((bits >>> 23) & 0xff) - 112;
    const mantissa = bits & 0x7fffff;
    if (exponent >= 31) return sign | 0x7c00;
    if (exponent > 0) return sign | ((exponent << 10) + ((mantissa + 0x1000) >>> 13)); // a carry rounds up the exponent
    if (exponent < -10) return sign;
    return sign | ((((mantissa | 0x800000) >>> (14 - exponent)) + 1) >>> 1);
  };
})();

/** The upper half of a single: bfloat16, rounded to nearest. */
export const brain = ((): ((value: number) => number) => {
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  return (value) => {
    float[0] = value;
    return (((word[0] ?? 0) + 0x8000) >>> 16) & 0xffff;
  };
})();

export type Draw = () => number;

/** Numbers from 0 up to 1, the same for one seed. */
export function seeded(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
