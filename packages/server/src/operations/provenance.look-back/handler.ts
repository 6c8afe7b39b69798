import { lookBackRecorded } from '@custos/contract';
import { lookBackIn } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { seenSystems } from '../systems-view.ts';

export default handle(lookBackRecorded, async ({ service, who, params: { organisation }, query }) => {
  const { systems, ...page } = await seenSystems(service, who, organisation, query);
  const answers = await Promise.all(
    systems.map(async ({ system, name }) => ({
      of: { system, name },
      ...(await lookBackIn(service, { organisation, system }, query.source)),
    })),
  );
  const sum = (of: 'records' | 'sources') => answers.reduce((all, one) => all + one[of], 0);
  return {
    ...page,
    searched: { systems: systems.length, records: sum('records'), sources: sum('sources') },
    silent: answers.flatMap(({ of, silent }) =>
      silent.length > 0 ? [{ ...of, datasets: [...silent] }] : [],
    ),
    items: answers.flatMap(({ of, found }) =>
      found.map((one) => ({ ...of, ...one, usedIn: [...one.usedIn] })),
    ),
    drills: answers
      .flatMap(({ of, drills }) =>
        drills.map((drill) => ({
          ...of,
          ...drill,
          datasets: [...drill.datasets],
          missed: [...drill.missed],
        })),
      )
      .sort((a, b) => (a.at < b.at ? 1 : -1)),
  };
});
