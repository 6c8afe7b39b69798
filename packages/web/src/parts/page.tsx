/** The head of every page: its title in the window and as the one first-level heading, what it is for, what one can do. */
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export function Page({
  title,
  description,
  actions,
  children,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  useDocumentTitle(`${title} – Custos`);
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box>
          <Title order={1} size="h2" data-heading tabIndex={-1}>
            {title}
          </Title>
          {description === undefined ? null : (
            <Text size="sm" c="dimmed" component="div" maw={720}>
              {description}
            </Text>
          )}
        </Box>
        {actions === undefined ? null : (
          <Group gap="xs" className="no-print">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Stack>
  );
}
