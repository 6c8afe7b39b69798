import { Text } from '@mantine/core';
import { Page } from '../parts/page.tsx';

/** Somebody with an account and no organisation. */
export function NowherePage() {
  return (
    <Page title="You belong to no organisation yet">
      <Text>Ask an administrator to invite you; what you may see then appears here.</Text>
    </Page>
  );
}
