/** An alert whose title is readable on its tint in both themes. */
import { Alert, type AlertProps } from '@mantine/core';

export function Note(props: AlertProps) {
  return <Alert role="note" styles={{ title: { color: 'var(--mantine-color-text)' } }} {...props} />;
}
