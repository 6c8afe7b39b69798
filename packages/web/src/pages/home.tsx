import { Stack, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { SystemList } from '../parts/system-list.tsx';

export function HomePage() {
  const { organisation } = useParams({ from: '/shell/$organisation' });
  return (
    <Stack>
      <Title order={2}>Home</Title>
      <SystemList organisation={organisation} />
    </Stack>
  );
}
