/** 5.1.3-1.2: functions of a model that the approved use does not need are known, and switched off or controlled. */
import { superfluous } from '../../applicability/features.ts';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { digestInUse, inventory, isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

interface SuperfluousFunction {
  readonly model: string;
  /** e.g. `output:image`, `tool:shell`. */
  readonly capability: string;
}

/** What each model of the inventory can do beyond the approved use; undefined when a model was not measured. */
function superfluousFunctions(c: CheckContext): SuperfluousFunction[] | undefined {
  const models = inventory(c, 'model');
  let complete = models.length > 0;
  const functions: SuperfluousFunction[] = [];
  for (const model of models) {
    const measured = c.newest('model-capability', {
      where: (content) => isCalled(model, content.model),
      subject: digestInUse(c, model),
      maxAge: 'assessment.review_days',
      what: `the capabilities of ${model.id}`,
      step: 'read them from headers and configuration (`custos assess` does for model files; else `custos observe model-capability FILE`)',
    });
    if (!measured) complete = false;
    else
      for (const capability of superfluous(measured.content, c.system.use))
        functions.push({ model: measured.content.model, capability });
  }
  return complete ? functions : undefined;
}

function decisionOn(c: CheckContext, item: SuperfluousFunction): Found<'capability-decision'> | undefined {
  return c.newest('capability-decision', {
    where: (content) => content.model === item.model && content.capability === item.capability,
    from: ['developer'],
    maxAge: 'documentation.review_days',
    what: `a decision on ${item.capability} of ${item.model}`,
    step: 'decide as Developer whether it stays (`custos observe capability-decision FILE`)',
  });
}

function expectRefused(c: CheckContext, { model, capability }: SuperfluousFunction): void {
  const probe = c.newest('probe', {
    where: (content) =>
      content.probe === 'disabled_capability' &&
      (content.target === capability || content.target === `${model}#${capability}`),
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: `a probe that ${capability} of ${model} is refused`,
    step: 'request the disabled function from the running system (`custos observe probe FILE`)',
  });
  if (probe)
    c.expect(
      probe.content.held,
      'FUNCTION_STILL_ON',
      `${capability} of ${model} is decided to be off but a request was served: ${probe.content.detail}.`,
    );
}

export const checks = provisionChecks('5.1.3-1.2', {
  a: [
    ['model-capability', 'capability-decision', 'scan-result'],
    (c) => {
      for (const item of superfluousFunctions(c) ?? []) decisionOn(c, item);
    },
  ],
  b: [
    ['model-capability', 'capability-decision', 'probe', 'control-status', 'scan-result'],
    (c) => {
      for (const item of superfluousFunctions(c) ?? []) {
        const decision = decisionOn(c, item);
        if (!decision) continue;
        if (decision.content.decision === 'disabled') expectRefused(c, item);
        else if (
          c.expect(
            decision.content.control !== undefined,
            'NO_CONTROL',
            `${item.capability} of ${item.model} is kept without a control over it.`,
          ) &&
          decision.content.control !== undefined
        )
          controlsActive(c, [decision.content.control]);
      }
    },
  ],
});
