/** How many duties stand where: sign and number, told in words to screen readers. */
import type { Verdict } from '@custos/core';
import { Group, Text, VisuallyHidden } from '@mantine/core';
import { VERDICT_LOOK } from './verdict-badge.tsx';

const ORDER: readonly Verdict[] = ['fail', 'inconclusive', 'pass', 'not_applicable'];

export function VerdictCounts({ counts }: { counts: Readonly<Record<Verdict, number>> }) {
  return (
    <Group gap="sm" wrap="nowrap">
      {ORDER.map((verdict) => {
        const { sign, label, ink } = VERDICT_LOOK[verdict];
        return (
          <Text
            key={verdict}
            size="sm"
            component="span"
            className="tabular"
            title={label}
            style={{ whiteSpace: 'nowrap' }}
          >
            <Text component="span" fw={700} c={ink} aria-hidden>
              {sign}
            </Text>{' '}
            {counts[verdict]}
            <VisuallyHidden> {label.toLowerCase()}</VisuallyHidden>
          </Text>
        );
      })}
    </Group>
  );
}
