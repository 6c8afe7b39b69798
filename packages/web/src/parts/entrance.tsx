/** The frame of pages before the sign-in. */
import { Center, Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} – Custos`);
  return (
    <Center mih="100vh" component="main" p="md">
      <Paper withBorder p={{ base: 'lg', sm: 'xl' }} w={440} maw="100%">
        <Stack>
          <Title order={1} size="h3">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
