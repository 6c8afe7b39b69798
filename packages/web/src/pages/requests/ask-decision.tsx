/** Buttons that ask for what a duty mostly needs decided, or for a waiver of it. */
import type { Verdict } from '@custos/core';
import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useStanding, useSystemParams } from '../system/data.ts';
import { choiceFor } from './choices.ts';
import { text } from './text.ts';

export function AskDecision({ duty, verdict }: { duty: string; verdict: Verdict }) {
  const params = useSystemParams();
  const { may } = useStanding();
  if (verdict === 'not_applicable' || !may('request.make')) return null;
  const choices = [choiceFor({ duty }), ...(verdict === 'pass' ? [] : (['waiver'] as const))];
  return (
    <Group gap="xs" className="no-print">
      {choices.map((of) => (
        <Button
          key={of}
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link
              to="/$organisation/systems/$system/requests/new"
              params={params}
              search={{ duty, of }}
              {...props}
            />
          )}
        >
          {text.askFor(text.of[of])}
        </Button>
      ))}
    </Group>
  );
}
