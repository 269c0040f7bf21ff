/** What one provider instance brought since the start, and what became of it. */
export interface InstanceFlow {
  readonly instance: string;
  readonly received: number;
  readonly stored: number;
  readonly repeated: number;
  /** Not taken to disk: the disk was full, or the stream was another's by then. Its sender was told. */
  readonly refused: number;
  readonly underWay: number;
}

/** Counts bodies on their way to disk. Every one that was received ends as stored, repeated or refused. */
export interface Flow {
  during(
    instance: string,
    count: number,
    store: Promise<{ readonly stored: readonly string[]; readonly repeated: readonly string[] }>,
  ): Promise<{ readonly stored: readonly string[]; readonly repeated: readonly string[] }>;
  report(): readonly InstanceFlow[];
}

export const createFlow = (): Flow => {
  const flows = new Map<string, { -readonly [Key in keyof InstanceFlow]: InstanceFlow[Key] }>();
  return {
    async during(instance, count, store) {
      const flow = flows.get(instance) ?? { instance, received: 0, stored: 0, repeated: 0, refused: 0, underWay: 0 };
      flows.set(instance, flow);
      flow.received += count;
      flow.underWay += count;
      try {
        const answer = await store;
        flow.stored += answer.stored.length;
        flow.repeated += answer.repeated.length;
        return answer;
      } catch (thrown) {
        flow.refused += count;
        throw thrown;
      } finally {
        flow.underWay -= count;
      }
    },
    report: () => [...flows.values()].map((flow) => ({ ...flow })),
  };
};
