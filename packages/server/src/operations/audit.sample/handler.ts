import { drawSample } from '@custos/contract';
import { SAMPLE_METHOD, sampleOf } from '@custos/engine';
import { sampleMarks } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { observationView } from '../observation-view.ts';

export default handle(drawSample, async ({ service, params: { organisation, system }, query }) => {
  const { database } = service.context;
  const ledger = await database.ledger(organisation, system);
  const { size, population, entries } = await sampleOf(ledger, query);
  const view = await observationView(service, ledger);
  const marks = await database.within(organisation, (control) =>
    sampleMarks(
      control,
      system,
      entries.map(({ id }) => id),
    ),
  );
  return {
    seed: query.seed,
    size,
    population,
    method: SAMPLE_METHOD,
    items: entries.map((entry) => ({
      ...view(entry),
      marks: marks
        .filter(({ observation }) => observation === entry.id)
        .map(({ observation: _, ...mark }) => mark),
    })),
  };
});
