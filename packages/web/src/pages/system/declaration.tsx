/** The declaration: read by everybody who may see the system, changed by its Developer and System Operator. */
import { declareSystem, ProblemError } from '@custos/contract';
import { Button, Group, Paper, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { type Declaration, DeclarationFields } from '../../parts/declaration-form.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Section } from '../../parts/section.tsx';
import { Tree } from '../../parts/tree.tsx';
import { Conflict } from './conflict.tsx';
import { useCatalogue, useStanding, useSystem, useSystemParams } from './data.ts';
import { text } from './text.ts';

export function DeclarationPage() {
  const system = useSystem();
  const { may } = useStanding();
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={text.declaration.title}
      of={system.data?.value.name ?? ''}
      help={text.declaration.help}
      actions={
        may('system.declare') && !editing ? (
          <Button size="xs" onClick={() => setEditing(true)}>
            {text.declaration.edit}
          </Button>
        ) : null
      }
    >
      <Await query={system}>
        {({ value, etag }) =>
          editing ? (
            <Edit start={value.declaration} etag={etag ?? ''} close={() => setEditing(false)} />
          ) : (
            <Paper withBorder p="md">
              <Tree value={value.declaration} />
            </Paper>
          )
        }
      </Await>
    </Section>
  );
}

function Edit({ start, etag, close }: { start: Declaration; etag: string; close: () => void }) {
  const params = useSystemParams();
  const system = useSystem();
  const catalogue = useCatalogue();
  const [value, setValue] = useState(start);
  const [seen, setSeen] = useState(etag);
  const saving = useMutation({
    mutationFn: (ifMatch: string) => client.call(declareSystem, { params, body: value }, { ifMatch }),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      notifications.show({ message: text.people.saved, color: 'green' });
      close();
    },
    onError: async () => {
      await system.refetch();
    },
  });
  const overtaken = saving.error instanceof ProblemError && saving.error.problem.status === 412;
  const now = system.data;
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        saving.mutate(seen);
      }}
    >
      <Stack maw={760}>
        {overtaken && now ? (
          <Conflict
            theirs={now.value.declaration}
            yours={value}
            takeTheirs={() => {
              setValue(now.value.declaration);
              setSeen(now.etag ?? '');
              saving.reset();
            }}
            keepMine={() => {
              setSeen(now.etag ?? '');
              saving.mutate(now.etag ?? '');
            }}
          />
        ) : saving.error ? (
          <Failure error={saving.error} />
        ) : null}
        <DeclarationFields value={value} onChange={setValue} features={catalogue.data?.features ?? {}} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.people.cancel}
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {text.people.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
