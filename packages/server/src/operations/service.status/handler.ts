import { getServiceStatus, type ResultOf } from '@custos/contract';
import { jobStates, ledgerChecks, unverifiedSystems } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { jobOf } from '../job-view.ts';

export default handle(getServiceStatus, async ({ service, params }) => {
  const { database } = service.context;
  const found = await database.within(params.organisation, async (control) => ({
    jobs: await jobStates(control),
    checks: await ledgerChecks(control),
    unverified: await unverifiedSystems(control),
  }));
  const shared = await database.within('', jobStates);
  const sound = found.checks.filter(({ failure }) => failure === null);
  const oldest = Math.min(...sound.map(({ checked_at }) => checked_at.getTime()));
  const failures: ResultOf<typeof getServiceStatus>['ledgers']['failures'] = found.checks.flatMap(
    ({ system, size, checked_at, failure }) =>
      failure === null
        ? []
        : [{ ...(system === '' ? {} : { system }), size, checkedAt: checked_at.toISOString(), failure }],
  );
  return {
    version: service.version,
    store: database.kind,
    runsJobs: service.jobs.started,
    jobs: [...found.jobs, ...shared].flatMap((row) => jobOf(service, row)),
    ledgers: {
      verified: sound.length,
      unverified: found.unverified,
      ...(sound.length > 0 ? { oldestCheck: new Date(oldest).toISOString() } : {}),
      failures,
    },
  };
});
