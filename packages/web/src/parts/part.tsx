/** A part of a section under its own small heading, with what one can do there. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Part({
  title,
  help,
  actions,
  children,
}: {
  title: string;
  help?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Stack component="section" gap="xs">
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={3} size="h6">
            {title}
          </Title>
          {help === undefined ? null : (
            <Text size="sm" c="dimmed" maw={760}>
              {help}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
