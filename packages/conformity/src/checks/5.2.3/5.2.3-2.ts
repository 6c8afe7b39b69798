/** 5.2.3-2: an approved justification, for the version in use, of each poorly documented component. */
import { provisionChecks } from '../../kernel/check.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { justificationOf, POOR_COMPONENT_TYPES, poorComponents } from './poor-components.ts';

export const checks = provisionChecks('5.2.3-2', {
  a: [
    [...POOR_COMPONENT_TYPES, 'justification', 'approval'],
    (c) => {
      for (const component of poorComponents(c)) {
        const justification = justificationOf(c, component);
        if (!justification) continue;
        c.expect(
          saysSomething(justification.content.rationale),
          'RATIONALE_EMPTY',
          `The justification for ${component.id} does not say why it is used.`,
        );
        const approval = c.newest('approval', {
          where: (content) => content.of === 'justification' && content.target === component.id,
          from: ['system_operator', 'organisation'],
          subject: justification.id,
          what: `an approval of the justification for ${component.id}`,
          step: `approve it (\`custos component approve ${component.id}\`)`,
        });
        if (approval)
          c.expect(
            approval.content.decision === 'approved',
            'REJECTED',
            `The justification for ${component.id} was rejected: ${approval.content.reason}`,
          );
      }
    },
  ],
});
