/** 5.2.3-2.1: active controls and a risk assessment for each poorly documented component. */
import type { Asset } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { newestOf, POOR_COMPONENT_TYPES, poorComponents } from './poor-components.ts';

export const checks = provisionChecks('5.2.3-2.1', {
  a: [
    [...POOR_COMPONENT_TYPES, 'component-assessment', 'control-status'],
    (c) => {
      for (const component of poorComponents(c)) {
        const controls = assessmentOf(c, component)?.content.controls;
        if (!controls) continue;
        c.expect(
          controls.length > 0,
          'NO_CONTROL',
          `The assessment of ${component.id} names no mitigating control.`,
        );
        controlsActive(c, controls);
        const elsewhere = c
          .known('control-status', {
            where: (content) => controls.includes(content.control),
            key: (content) => content.control,
          })
          .filter(({ content }) => !content.assets.includes(component.id))
          .map(({ content }) => content.control);
        c.none(elsewhere, 'CONTROL_ELSEWHERE', `Controls that don't act on ${component.id}`);
      }
    },
  ],
  b: [
    [...POOR_COMPONENT_TYPES, 'component-assessment', 'risk-register'],
    (c) => {
      for (const component of poorComponents(c)) {
        const assessment = assessmentOf(c, component);
        if (!assessment) continue;
        c.expect(
          assessment.content.conclusion !== 'rejected',
          'USED_THOUGH_REJECTED',
          `${component.id} is in use though its assessment rejected it.`,
        );
        expectRisk(c, component);
      }
    },
  ],
});

function assessmentOf(c: CheckContext, component: Asset): Found<'component-assessment'> | undefined {
  return newestOf(c, 'component-assessment', component, {
    from: c.duty.roles,
    maxAge: 'component.assessment_days',
    what: `a risk assessment of ${component.id}`,
    step: `assess it (\`custos component justify ${component.id} --file FILE\` with an \`assessment\`)`,
  });
}

function expectRisk(c: CheckContext, component: Asset): void {
  const register = c.newest('risk-register', {
    maxAge: 'risk.review_days',
    what: 'a risk register',
    step: 'record the current `risk-register`',
  });
  if (!register) return;
  const risks = register.content.risks.filter((risk) => risk.assets.includes(component.id));
  c.expect(risks.length > 0, 'NO_RISK', `The risk register holds no risk for ${component.id}.`);
  c.none(
    risks
      .filter((risk) => risk.treatment === 'unresolved' || (risk.treatment === 'accept' && !risk.acceptedBy))
      .map((risk) => risk.id),
    'RISK_UNTREATED',
    `Risks of ${component.id} neither treated nor accepted by a named person`,
  );
}
