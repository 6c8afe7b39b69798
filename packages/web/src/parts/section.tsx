/** A part of a page under its own heading, which takes the focus when it is opened by its own address. */
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export function Section({
  title,
  of,
  help,
  actions,
  children,
}: {
  title: string;
  /** What it is a part of, for the window's title. */
  of: string;
  help?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useDocumentTitle(`${title}, ${of} – Custos`);
  return (
    <Stack component="section" gap="md">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Box maw={760}>
          <Title order={2} size="h4" data-heading tabIndex={-1}>
            {title}
          </Title>
          {help === undefined ? null : (
            <Text size="sm" c="dimmed">
              {help}
            </Text>
          )}
        </Box>
        <Group gap="xs" className="no-print">
          {actions}
        </Group>
      </Group>
      {children}
    </Stack>
  );
}
