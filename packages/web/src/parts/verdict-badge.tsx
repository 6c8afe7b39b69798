import type { Verdict } from '@custos/core';
import { Badge } from '@mantine/core';

const LOOK: Record<Verdict, { label: string; sign: string; color: string }> = {
  pass: { label: 'Pass', sign: '✓', color: 'green.9' },
  fail: { label: 'Fail', sign: '✗', color: 'red.9' },
  inconclusive: { label: 'Inconclusive', sign: '?', color: 'yellow.4' },
  not_applicable: { label: 'Not applicable', sign: '–', color: 'gray.7' },
};

export function VerdictBadge({ verdict, waived = false }: { verdict: Verdict; waived?: boolean }) {
  const { label, sign, color } = LOOK[verdict];
  return (
    <Badge
      color={color}
      variant="filled"
      autoContrast
      leftSection={<span aria-hidden="true">{sign}</span>}
      tt="none"
    >
      {waived ? `${label}, waived` : label}
    </Badge>
  );
}
