import { Stack, Text, Title } from '@mantine/core';

/** Somebody with an account and no organisation. */
export function NowherePage() {
  return (
    <Stack>
      <Title order={2}>You belong to no organisation yet</Title>
      <Text>Ask an administrator to invite you; what you may see then appears here.</Text>
    </Stack>
  );
}
