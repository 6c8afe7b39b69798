import { ProblemError } from '@custos/contract';
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { messageOf } from '../api/client.ts';

/** What went wrong, and a way on. */
export function Failure({
  error,
  retry,
  title = 'This did not work',
}: {
  error: unknown;
  retry?: () => void;
  title?: string;
}) {
  return (
    <Alert color="red" title={title} role="alert">
      <Text size="sm">{messageOf(error)}</Text>
      {error instanceof ProblemError && error.problem.status === 401 ? <SignInAgain /> : null}
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

/** In a tab of its own: what was typed here stays. */
function SignInAgain() {
  return (
    <Text size="sm" mt={4}>
      <Anchor href="/sign-in" target="_blank" rel="noreferrer" c="inherit" underline="always">
        Sign in in a new tab
      </Anchor>
      , then try again here: what you typed stays.
    </Text>
  );
}
