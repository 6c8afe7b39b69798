import { getOverview, Norm, Phase } from '@custos/contract';
import { addDays } from '@custos/core';
import { failingOf, lapsingOf, phaseCounts, systemsHeld } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { dutiesByRole, seenBy } from '../overview-view.ts';

const SHOWN = 20;
const SOON = 30;

export default handle(getOverview, async ({ service, who, params }) => {
  const { database, clock, specification } = service.context;
  const duties = dutiesByRole(specification);
  const administrator = who.held.organisation === 'administrator';
  const options = { person: who.person, administrator, duties, limit: SHOWN };
  return database.within(params.organisation, async (control) => {
    const counts = new Map((await phaseCounts(control, seenBy(who))).map((row) => [row.phase, row]));
    const failing = await failingOf(control, options);
    const lapsing = await lapsingOf(control, { ...options, until: addDays(clock.now(), SOON) });
    return {
      phases: Phase.options.map((phase) => {
        const row = counts.get(phase);
        return {
          phase,
          systems: row?.systems ?? 0,
          fail: row?.fail ?? 0,
          inconclusive: row?.inconclusive ?? 0,
          pass: row?.pass ?? 0,
          notAssessed: row?.not_assessed ?? 0,
        };
      }),
      mine: {
        systems: await systemsHeld(control, who.person),
        failingCount: failing[0]?.total ?? 0,
        failing: failing.map(({ system, name, duty, norm, reason, waived }) => ({
          system,
          name,
          duty,
          norm: Norm.parse(norm),
          reason,
          waived,
        })),
        lapsingCount: lapsing[0]?.total ?? 0,
        lapsing: lapsing.map(({ system, name, duty, at }) => ({ system, name, duty, at })),
      },
    };
  });
});
