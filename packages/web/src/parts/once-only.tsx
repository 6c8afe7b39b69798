/** A secret that is shown once, with a way to copy it. */
import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';

export function OnceOnly({
  title,
  help,
  secret,
  close,
}: {
  title: string;
  help: string;
  secret: string;
  close: () => void;
}) {
  return (
    <Alert color="green" variant="outline" title={title} role="status">
      <Stack gap="sm">
        <Text size="sm">{help}</Text>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {secret}
        </Code>
        <Group>
          <CopyButton value={secret}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
          <Button variant="default" onClick={close}>
            Done
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
