/** A public dataset with its provenance, for the tests of 5.2.4-2 and 5.2.4-2.1. */
import { DATASET_DIGEST, daysAgo, MODEL_DIGEST, observe } from '../../testing/world.ts';

export function aProvenance() {
  return observe(
    'data-provenance',
    {
      dataset: 'dataset:tickets',
      visibility: 'public',
      acquisition: 'Downloaded from the open data portal with its terms kept',
      rows: 1000,
      rowsWithSource: 990,
      rowsWithTime: 980,
      sources: [{ uri: 'https://data.example.org/tickets', acquiredAt: daysAgo(100) }],
      usedIn: [
        {
          model: 'model:org/base-7b',
          digest: MODEL_DIGEST,
          purpose: 'Fine-tuning of the answers to customers',
        },
      ],
    },
    { role: 'developer', subject: DATASET_DIGEST },
  );
}
