/** This user, as `uid:gid`, where a container can run as one; undefined: as its image says. */
export const userHere = (): string | undefined =>
  process.platform === "linux" ? `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}` : undefined;
