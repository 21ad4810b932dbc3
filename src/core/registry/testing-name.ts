/** True where one of the patterns matches, as `isTesting` of entry-query has it: `*` stands for anything; without one it may stand anywhere. */
export const isTestingName = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const parts = pattern
      .toLowerCase()
      .split("*")
      .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
    const whole = parts.length > 1 ? `^${parts.join(".*")}$` : parts.join("");
    return new RegExp(whole, "su").test(name.toLowerCase());
  });
