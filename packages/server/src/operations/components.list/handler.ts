import { listComponents } from '@custos/contract';
import { componentsOf, demands } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(listComponents, async ({ service, params }) => {
  const { states, line } = await componentsOf(service, params);
  return {
    line,
    items: states.map((state) => {
      const { asset, score, poor, justification, approved } = state;
      return {
        asset,
        ...(score
          ? {
              score: {
                documentation: score.documentation,
                security: score.security,
                parts: Object.entries(score.parts).map(([name, met]) => ({
                  name,
                  met,
                  reason: score.reasons?.[name] ?? '',
                })),
              },
            }
          : {}),
        ...(poor === undefined ? {} : { poor }),
        ...(justification
          ? {
              justification: {
                id: justification.id,
                rationale: justification.content.rationale,
                riskAssessment: justification.content.riskAssessment,
                controls: justification.content.controls,
                at: justification.at,
                until: justification.until,
              },
            }
          : {}),
        approved,
        demands: demands(state),
      };
    }),
  };
});
