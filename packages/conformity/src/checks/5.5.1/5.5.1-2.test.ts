import { changed, dutyCase } from '../../testing/world.ts';
import { WITHOUT_PROOF, withoutApproval } from './disposal-cases.fixture.ts';
import { approved, happened, probed, receipt } from './disposal-evidence.ts';

dutyCase('5.5.1-2/a', {
  passes: () => [happened('decommissioning'), approved('disposal')],
  loses: withoutApproval('disposal'),
});

dutyCase('5.5.1-2/b', {
  passes: () => [
    happened('decommissioning'),
    receipt('decommissioning'),
    probed('recovered_copy'),
    probed('endpoint_alive'),
  ],
  loses: {
    ...WITHOUT_PROOF,
    'the endpoint still answers': [
      changed('disposal-receipt', (c) => ({ ...c, endpointsDead: false })),
      'fail',
    ],
  },
});
