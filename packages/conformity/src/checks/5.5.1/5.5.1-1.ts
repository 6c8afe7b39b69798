/** 5.5.1-1: a transfer of ownership has the Data Custodian's approval beforehand, and nothing stays behind. */
import { provisionChecks } from '../../kernel/check.ts';
import { eventsOf, expectApprovedBefore, expectDisposed } from './disposal.ts';

export const checks = provisionChecks('5.5.1-1', {
  a: [
    ['lifecycle-event', 'approval'],
    (c) => {
      for (const event of eventsOf(c, 'ownership_transfer')) expectApprovedBefore(c, event, 'transfer');
    },
  ],
  b: [
    ['lifecycle-event', 'disposal-receipt', 'probe'],
    (c) => {
      for (const event of eventsOf(c, 'ownership_transfer')) {
        const receipt = expectDisposed(c, event, ['weights', 'training_data', 'caches', 'backups']);
        if (receipt)
          c.expect(
            receipt.content.credentialsRevoked,
            'CREDENTIALS_LIVE',
            `After ${event.content.id} credentials to what was transferred still work.`,
          );
      }
    },
  ],
});
