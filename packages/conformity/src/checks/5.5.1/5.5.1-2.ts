/** 5.5.1-2: decommissioning has the Data Custodian's approval beforehand, and data and configuration are gone. */
import { provisionChecks } from '../../kernel/check.ts';
import { eventsOf, expectApprovedBefore, expectDisposed, expectProbeHeld } from './disposal.ts';

export const checks = provisionChecks('5.5.1-2', {
  a: [
    ['lifecycle-event', 'approval'],
    (c) => {
      for (const event of eventsOf(c, 'decommissioning')) expectApprovedBefore(c, event, 'disposal');
    },
  ],
  b: [
    ['lifecycle-event', 'disposal-receipt', 'probe'],
    (c) => {
      for (const event of eventsOf(c, 'decommissioning')) {
        const receipt = expectDisposed(c, event, [
          'weights',
          'training_data',
          'embeddings',
          'caches',
          'backups',
          'keys',
          'prompts',
          'configuration',
        ]);
        if (!receipt) continue;
        const { credentialsRevoked, endpointsDead, inventoryRetired } = receipt.content;
        c.expect(credentialsRevoked, 'CREDENTIALS_LIVE', `After ${event.content.id} credentials still work.`);
        c.expect(endpointsDead, 'ENDPOINT_ALIVE', `After ${event.content.id} endpoints still answer.`);
        c.expect(
          inventoryRetired,
          'NOT_RETIRED',
          `After ${event.content.id} the inventory still lists the assets as in use.`,
        );
        expectProbeHeld(c, event, 'endpoint_alive', 'a probe that the endpoint no longer answers');
      }
    },
  ],
});
