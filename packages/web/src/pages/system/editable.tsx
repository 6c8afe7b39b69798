/** A tab that shows a part of the system, and lets those who may change it. */
import type { getSystem, Permission, ResultOf } from '@custos/contract';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Await } from '../../parts/await.tsx';
import type { Version } from '../../parts/draft.tsx';
import { Section } from '../../parts/section.tsx';
import { useStanding, useSystem } from './data.ts';

export function Editable({
  words,
  needs,
  show,
  edit,
}: {
  words: { readonly title: string; readonly help: string; readonly edit: string };
  needs: Permission;
  show: (system: ResultOf<typeof getSystem>) => ReactNode;
  edit: (system: Version<ResultOf<typeof getSystem>>, close: () => void) => ReactNode;
}) {
  const system = useSystem();
  const { may } = useStanding();
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={words.title}
      of={system.data?.value.name ?? ''}
      help={words.help}
      actions={
        may(needs) && !editing ? (
          <Button size="xs" onClick={() => setEditing(true)}>
            {words.edit}
          </Button>
        ) : null
      }
    >
      <Await query={system}>
        {({ value, etag = '' }) => (editing ? edit({ value, etag }, () => setEditing(false)) : show(value))}
      </Await>
    </Section>
  );
}
