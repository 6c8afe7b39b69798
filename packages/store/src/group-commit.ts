/**
 * Group commit: while one transaction is being made durable, requests gather, and the next transaction takes them all. An
 * fsync then costs once for many callers. If a shared transaction fails each request is tried by itself, so only the
 * guilty one fails.
 */
interface Waiting<Q, R> {
  readonly request: Q;
  readonly weight: number;
  resolve(result: R): void;
  reject(error: unknown): void;
}

export class GroupCommit<Q, R> {
  readonly #commit: (requests: readonly Q[]) => Promise<R[]>;
  readonly #maxWeight: number;
  #waiting: Waiting<Q, R>[] = [];
  #running: Promise<void> | undefined;

  /** @param commit makes all requests durable or none; results in the order of the requests */
  constructor(commit: (requests: readonly Q[]) => Promise<R[]>, maxWeight: number) {
    this.#commit = commit;
    this.#maxWeight = maxWeight;
  }

  submit(request: Q, weight: number): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ request, weight, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commitTogether(this.#take());
    this.#running = undefined;
  }

  #take(): Waiting<Q, R>[] {
    let weight = 0;
    let count = 0;
    for (const item of this.#waiting) {
      weight += item.weight;
      if (count > 0 && weight > this.#maxWeight) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commitTogether(batch: readonly Waiting<Q, R>[]): Promise<void> {
    try {
      const results = await this.#commit(batch.map((item) => item.request));
      for (const [i, item] of batch.entries()) {
        const result = results[i];
        if (result === undefined) item.reject(new Error(`No result for request ${i} of ${batch.length}.`));
        else item.resolve(result);
      }
    } catch (error) {
      if (batch.length === 1) for (const item of batch) item.reject(error);
      else for (const item of batch) await this.#commitTogether([item]);
    }
  }
}
