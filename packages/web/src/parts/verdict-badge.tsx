import type { Verdict } from '@custos/core';
import { Badge } from '@mantine/core';

/** Word, sign and colours of each verdict; none is told by colour alone. `ink` is for signs on the page itself. */
export const VERDICT_LOOK: Record<Verdict, { label: string; sign: string; color: string; ink: string }> = {
  pass: { label: 'Pass', sign: '✓', color: '#23752f', ink: 'var(--custos-pass)' },
  fail: { label: 'Fail', sign: '✗', color: '#b02525', ink: 'var(--custos-fail)' },
  inconclusive: { label: 'Inconclusive', sign: '?', color: 'yellow.4', ink: 'var(--custos-inconclusive)' },
  not_applicable: { label: 'Not applicable', sign: '–', color: 'gray.7', ink: 'var(--mantine-color-dimmed)' },
};

export function VerdictBadge({ verdict, waived = false }: { verdict: Verdict; waived?: boolean }) {
  const { label, sign, color } = VERDICT_LOOK[verdict];
  return (
    <Badge
      color={color}
      variant="filled"
      autoContrast
      leftSection={<span aria-hidden="true">{sign}</span>}
      tt="none"
      style={{ flexShrink: 0 }}
    >
      {waived ? `${label}, waived` : label}
    </Badge>
  );
}
