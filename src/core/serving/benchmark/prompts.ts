/** The same for every profile and build, so that their figures can be compared. */
export interface BenchmarkPrompt {
  readonly prompt: string;
  /** Tokens to generate, whatever the model would rather do. */
  readonly tokens: number;
}

const PASSAGE =
  "A lighthouse keeper wrote one line into his book each night: the wind, the ships that passed, and whether the lamp had burned without a flicker. ";

/** A short one to warm up, which does not count, then a short, a middling and a long one. */
export const warmUp: BenchmarkPrompt = { prompt: "Count to ten:", tokens: 8 };
export const prompts: readonly BenchmarkPrompt[] = [
  { prompt: "Write a function that tells whether a text is the same read backwards.", tokens: 128 },
  { prompt: `${PASSAGE.repeat(8)}Say in one sentence what the keeper wrote.`, tokens: 64 },
  { prompt: `${PASSAGE.repeat(48)}Say in one word what the keeper tended.`, tokens: 32 },
];
