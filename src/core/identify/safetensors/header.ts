/** One row of the table at a file's beginning. */
export interface Tensor {
  readonly name: string;
  /** As written: `BF16`, `F8_E4M3`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** What `__metadata__` says: texts by name. Empty where it is longer than anybody writes. */
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the header. Their places may overlap: some writers share tensors so. */
  readonly tensors: readonly Tensor[];
}

/** Bits of one element; a type that is not here is one we do not know. */
export const DTYPE_BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  U16: 16,
  I16: 16,
  U32: 32,
  I32: 32,
  U64: 64,
  I64: 64,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F16: 16,
  BF16: 16,
  F32: 32,
  F64: 64,
  C64: 64,
};

export const elementsOf = ({ shape }: Tensor): number => shape.reduce((product, length) => product * length, 1);
