export interface ProcessTimes {
  /**
   * Seconds of processor time that these took since they started, together; undefined where none of them is there or
   * nothing tells. One that ended is left out, so the sum may fall.
   */
  cpuSeconds(pids: readonly number[], signal: AbortSignal): Promise<number | undefined>;
}
