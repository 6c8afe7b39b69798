/** How far somebody is with a module: by word, sign and colour. */
import type { ModuleState } from '@custos/contract';
import { Badge } from '@mantine/core';
import { text } from './text.ts';

const LOOK: Record<ModuleState, { sign: string; color: string }> = {
  due: { sign: '○', color: 'gray.7' },
  failed: { sign: '✗', color: 'red.9' },
  passed: { sign: '✓', color: 'green.9' },
  expiring: { sign: '!', color: 'yellow.4' },
  expired: { sign: '✗', color: 'red.9' },
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
