/** Whether controls that records name are really active: a control on paper is none. */
import type { CheckContext } from './check-context.ts';

/** Reads `control-status`. Each control needs a fresh status, and the newest must say active. Returns whether all are. */
export function controlsActive(c: CheckContext, controls: Iterable<string>): boolean {
  let all = true;
  for (const control of [...new Set(controls)].sort()) all = controlActive(c, control) && all;
  return all;
}

function controlActive(c: CheckContext, control: string): boolean {
  const step = `measure control ${control} (\`custos observe control-status FILE\`)`;
  const status = c.newest('control-status', {
    where: (content) => content.control === control,
    maxAge: 'monitoring.review_days',
    what: `a live status of control ${control}`,
    step,
  });
  if (!status) return false;
  if (!c.recent(status.content.verifiedAt, 'monitoring.review_days')) {
    c.unclear(
      'STALE',
      `Control ${control} was last verified on ${status.content.verifiedAt}; ${c.setting('monitoring.review_days')} days are allowed. Next: ${step}.`,
    );
    return false;
  }
  return c.expect(
    status.content.active,
    'CONTROL_INACTIVE',
    `Control ${control} is not active (${status.content.method}, ${status.content.verifiedAt}).`,
  );
}
