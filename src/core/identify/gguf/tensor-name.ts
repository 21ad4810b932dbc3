/** What a tensor's name tells, the same for all layers. */
export interface TensorName {
  /** Its first word: `blk`, `v`, `token_embd`. */
  readonly root: string;
  readonly inLayer: boolean;
  readonly expert: boolean;
  readonly input: boolean;
  readonly embedding: boolean;
  readonly head: boolean;
}

/** Routed experts: stacked, as `blk.0.ffn_up_exps.weight`, or one by one, as files of 2023 have `blk.0.ffn_up.7.weight`. */
const EXPERT = /\.ffn_(?:[a-z_]*exps\b|(?:gate|up|down)\.\d+\.)/;
/** llama.cpp keeps these on the CPU: layer "input" of llm_tensor_info. */
const INPUT = /^(?:token_embd|per_layer_token_embd|token_types|position_embd)\./;

export function tensorName(name: string): TensorName {
  const dot = name.indexOf(".");
  const inLayer = /^blk\.\d+\./.test(name);
  return {
    root: dot < 0 ? name : name.slice(0, dot),
    inLayer,
    expert: inLayer && EXPERT.test(name),
    input: INPUT.test(name),
    embedding: name === "token_embd.weight",
    head: name === "output.weight",
  };
}
