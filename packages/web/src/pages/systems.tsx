import { Stack, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { SystemList } from '../parts/system-list.tsx';

export function SystemsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/systems' });
  return (
    <Stack>
      <Title order={2}>Systems</Title>
      <SystemList organisation={organisation} />
    </Stack>
  );
}
