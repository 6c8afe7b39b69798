/** A framed part of a page under its own heading. */
import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Card({
  title,
  help,
  order = 2,
  children,
}: {
  title: string;
  help?: string;
  /** Level of the heading. */
  order?: 2 | 3;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" miw={0} component="section" className="keep-together">
      <Stack gap="sm">
        <Title order={order} size="h5">
          {title}
        </Title>
        {help === undefined ? null : (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
