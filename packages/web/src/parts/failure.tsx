import { Alert, Button, Group, Text } from '@mantine/core';
import { messageOf } from '../api/client.ts';

/** What went wrong, and a way on. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <Alert color="red" title="This did not work" role="alert">
      <Text size="sm">{messageOf(error)}</Text>
      {retry ? (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      ) : null}
    </Alert>
  );
}
