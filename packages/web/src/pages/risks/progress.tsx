/** How a report stands, and what was written. */
import type { followRiskReport, ResultOf } from '@custos/contract';
import { Badge, Paper, Stack, Text } from '@mantine/core';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK } from '../../parts/verdict-badge.tsx';
import { text } from './text.ts';

type Report = ResultOf<typeof followRiskReport>;

const COLOR = {
  received: VERDICT_LOOK.fail.color,
  acknowledged: 'yellow.4',
  closed: VERDICT_LOOK.pass.color,
} as const;

export function Progress({ report }: { report: Omit<Report, 'messages'> }) {
  const { state, receivedAt, acknowledgedAt, closedAt, outcome } = report;
  return (
    <Text size="sm" component="div">
      <Badge color={COLOR[state]} variant="filled" autoContrast tt="none" mr="xs">
        {text.states[state]}
      </Badge>
      {text.received} <Time at={receivedAt} />
      {acknowledgedAt ? (
        <>
          , {text.acknowledged} <Time at={acknowledgedAt} />
        </>
      ) : null}
      {closedAt ? (
        <>
          , {text.closed} <Time at={closedAt} />
        </>
      ) : null}
      {outcome ? `. ${text.outcomes[outcome]}.` : null}
    </Text>
  );
}

export function Messages({ messages }: { messages: Report['messages'] }) {
  if (messages.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={text.messages}>
      {messages.map(({ at, from, text: said }) => (
        <Paper key={`${at} ${from}`} withBorder p="sm">
          <Text size="xs" c="dimmed">
            {text.from[from]}, <Time at={at} />
          </Text>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {said}
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}
