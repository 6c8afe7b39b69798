/** How far somebody is with a module: by word, sign and colour. */
import type { ModuleState } from '@custos/contract';
import { Badge } from '@mantine/core';
import { VERDICT_LOOK } from '../../parts/verdict-badge.tsx';
import { text } from './text.ts';

const LOOK: Record<ModuleState, { sign: string; color: string }> = {
  due: { sign: '○', color: 'gray.7' },
  failed: { sign: '✗', color: VERDICT_LOOK.fail.color },
  passed: { sign: '✓', color: VERDICT_LOOK.pass.color },
  expiring: { sign: '!', color: 'yellow.4' },
  expired: { sign: '✗', color: VERDICT_LOOK.fail.color },
};

export function StateBadge({ state }: { state: ModuleState }) {
  const { sign, color } = LOOK[state];
  return (
    <Badge
      color={color}
      variant="filled"
      autoContrast
      tt="none"
      style={{ flexShrink: 0 }}
      leftSection={<span aria-hidden>{sign}</span>}
    >
      {text.states[state]}
    </Badge>
  );
}
