import { aged, changed, daysAgo, dutyCase, observe, onDigest, without } from '../../testing/world.ts';
import { aProvenance } from './public-dataset-evidence.ts';

dutyCase('5.2.4-2.1/a', {
  passes: () => [
    aProvenance(),
    observe('provenance-lookback', {
      queried: ['https://data.example.org/tickets'],
      datasets: ['dataset:tickets'],
      models: ['model:org/base-7b'],
      expectedDatasets: ['dataset:tickets'],
      expectedModels: ['model:org/base-7b'],
      minutes: 4,
    }),
  ],
  loses: {
    'rows without source': [changed('data-provenance', (p) => ({ ...p, rowsWithSource: 500 })), 'fail'],
    'no drill': [without('provenance-lookback'), 'inconclusive'],
    'drill is old': [aged('provenance-lookback', 300), 'inconclusive'],
    'drill missed a model': [changed('provenance-lookback', (d) => ({ ...d, models: [] })), 'fail'],
    'drill took hours': [changed('provenance-lookback', (d) => ({ ...d, minutes: 300 })), 'fail'],
    'drill expected nothing': [
      changed('provenance-lookback', (d) => ({ ...d, expectedDatasets: [] })),
      'inconclusive',
    ],
  },
});

dutyCase('5.2.4-2.1/b', {
  passes: () => [aProvenance()],
  loses: {
    'rows without time': [changed('data-provenance', (p) => ({ ...p, rowsWithTime: 500 })), 'fail'],
    'a time in the future': [
      changed('data-provenance', (p) => ({
        ...p,
        sources: p.sources.map((s) => ({ ...s, acquiredAt: daysAgo(-5) })),
      })),
      'fail',
    ],
    'record of another version': [onDigest('data-provenance'), 'inconclusive'],
  },
});
