import { dutyCase } from '../../testing/world.ts';
import { WITHOUT_PROOF, withoutApproval } from './disposal-cases.fixture.ts';
import { approved, happened, probed, receipt } from './disposal-evidence.ts';

dutyCase('5.5.1-1/a', {
  passes: () => [happened('ownership_transfer'), approved('transfer')],
  loses: withoutApproval('transfer'),
});

dutyCase('5.5.1-1/b', {
  passes: () => [happened('ownership_transfer'), receipt('ownership_transfer'), probed('recovered_copy')],
  loses: WITHOUT_PROOF,
});
