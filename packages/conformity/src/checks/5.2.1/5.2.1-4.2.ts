/** 5.2.1-4.2: confidential data and weights are encrypted, closed and watched, in proportion to what they are worth. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import {
  expectEncrypted,
  expectRestricted,
  expectStrongAuthentication,
  guardsOf,
} from '../../kernel/guarding.ts';
import { confidentialAssets } from './sensitivity.ts';

export const checks = provisionChecks('5.2.1-4.2', {
  a: [
    ['scan-result', 'data-classification', 'asset-control'],
    (c) => {
      for (const { asset } of confidentialAssets(c))
        for (const guard of guardsOf(c, asset)) {
          expectEncrypted(c, guard);
          expectRestricted(c, guard);
          const { egressAlarmTested, location } = guard.content;
          if (egressAlarmTested === undefined)
            c.unclear(
              'ALARM_NOT_TESTED',
              `Nobody tried whether taking ${asset.id} out of ${location} raises an alarm. Next: try it and record asset-control again.`,
            );
          else
            c.expect(egressAlarmTested, 'NO_ALARM', `Taking ${asset.id} out of ${location} raises no alarm.`);
        }
    },
  ],
  b: [
    ['scan-result', 'data-classification', 'asset-control', 'adequacy-attestation'],
    (c) => {
      const confidential = confidentialAssets(c);
      for (const { asset, classification } of confidential)
        for (const guard of guardsOf(c, asset)) {
          const { sensitivity } = classification.content;
          if (sensitivity === 'restricted') expectStrongAuthentication(c, guard);
          else
            c.expect(
              guard.content.authentication !== 'none',
              'WEAK_AUTHENTICATION',
              `${asset.id} is ${sensitivity} but ${guard.content.location} asks for no authentication.`,
            );
        }
      const statement = c.adequacy();
      const newer = confidential.filter(
        ({ classification }) => statement && millis(classification.observedAt) > millis(statement.observedAt),
      );
      if (newer.length > 0)
        c.unclear(
          'JUDGED_BEFORE_CLASSIFIED',
          `Proportionality was judged before the present classification of ${newer.map(({ asset }) => asset.id).join(', ')}. Next: \`custos attest ${c.duty.id}\`.`,
        );
    },
  ],
});
