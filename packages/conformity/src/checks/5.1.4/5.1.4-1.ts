/** 5.1.4-1: people can oversee and stop the system: every action of high impact is covered, and stopping was practised. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { drillHeld } from '../../kernel/plans.ts';
import {
  expectReviewers,
  expectWorking,
  interrupting,
  type Mechanism,
  oversightMechanisms,
} from './oversight.ts';

/** Stopping was practised for this mechanism, fast enough by its own limit and by the organisation's. */
function expectStopped(c: CheckContext, mechanism: Mechanism): void {
  const drill = drillHeld(c, ['stop_override', 'disable'], 'oversight.drill_days', mechanism.id);
  if (!drill) return;
  const limit = c.setting('oversight.stop_minutes');
  c.expect(
    drill.content.minutes <= limit,
    'STOP_TOO_SLOW',
    `${mechanism.id} took ${drill.content.minutes} minutes to take effect; ${limit} are allowed.`,
  );
}

export const checks = provisionChecks('5.1.4-1', {
  a: [
    ['oversight-mechanism', 'staff-register', 'control-status', 'adequacy-attestation'],
    (c) => {
      const found = oversightMechanisms(c);
      if (!found) return;
      const { mechanisms, highImpactActions } = found.content;
      if (highImpactActions.length === 0)
        c.unclear(
          'NO_ACTIONS',
          'The registration names no action of high impact, so nothing can be compared. Next: name at least the most serious thing that the system does.',
        );
      const covered = new Set(mechanisms.map((item) => item.action));
      c.none(
        highImpactActions.filter((action) => !covered.has(action)),
        'ACTION_NOT_OVERSEEN',
        'No mechanism is registered for these actions of high impact',
      );
      c.expect(
        interrupting(mechanisms).length > 0,
        'NO_STOP',
        'No mechanism stops the system or overrides its result.',
      );
      expectReviewers(c, mechanisms);
      expectWorking(c, mechanisms);
      c.adequacy();
    },
  ],
  b: [
    ['oversight-mechanism', 'staff-register', 'control-status', 'drill'],
    (c) => {
      const found = oversightMechanisms(c);
      if (!found) return;
      const { mechanisms } = found.content;
      const stops = interrupting(mechanisms);
      if (stops.length === 0)
        c.unclear(
          'NO_STOP',
          'No mechanism stops the system or overrides its result, so none can be practised. Next: build and register one.',
        );
      for (const mechanism of stops) expectStopped(c, mechanism);
      expectReviewers(c, mechanisms);
      expectWorking(c, mechanisms);
    },
  ],
});
