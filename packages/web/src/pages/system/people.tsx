/** Who holds which role on the system. */
import { assignRoles, type getSystem, ProblemError, type ResultOf, SystemRole } from '@custos/contract';
import { Button, Group, List, Paper, Stack, TagsInput, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Section } from '../../parts/section.tsx';
import { ROLE } from '../../parts/words.ts';
import { Conflict } from './conflict.tsx';
import { useStanding, useSystem, useSystemParams } from './data.ts';
import { text } from './text.ts';

type Roles = ResultOf<typeof getSystem>['roles'];
type ByRole = Record<SystemRole, string[]>;

function byRole(roles: Roles): ByRole {
  const people: ByRole = { developer: [], system_operator: [], data_custodian: [] };
  for (const { person, role } of roles) people[role].push(person);
  return people;
}

export function PeoplePage() {
  const system = useSystem();
  const { may } = useStanding();
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={text.people.title}
      of={system.data?.value.name ?? ''}
      help={text.people.help}
      actions={
        may('system.assign') && !editing ? (
          <Button size="xs" onClick={() => setEditing(true)}>
            {text.people.edit}
          </Button>
        ) : null
      }
    >
      <Await query={system}>
        {({ value, etag }) =>
          editing ? (
            <Edit start={byRole(value.roles)} etag={etag ?? ''} close={() => setEditing(false)} />
          ) : (
            <Group align="stretch" grow preventGrowOverflow={false}>
              {SystemRole.options.map((role) => (
                <Paper key={role} withBorder p="md" miw={240}>
                  <Title order={3} size="h6" mb={6}>
                    {ROLE[role]}
                  </Title>
                  <Holders people={byRole(value.roles)[role]} />
                </Paper>
              ))}
            </Group>
          )
        }
      </Await>
    </Section>
  );
}

function Holders({ people }: { people: readonly string[] }) {
  if (people.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.people.nobody}
      </Text>
    );
  return (
    <List size="sm" listStyleType="none">
      {people.map((person) => (
        <List.Item key={person} style={{ overflowWrap: 'anywhere' }}>
          {person}
        </List.Item>
      ))}
    </List>
  );
}

function Edit({ start, etag, close }: { start: ByRole; etag: string; close: () => void }) {
  const params = useSystemParams();
  const system = useSystem();
  const [value, setValue] = useState(start);
  const [seen, setSeen] = useState(etag);
  const saving = useMutation({
    mutationFn: (ifMatch: string) =>
      client.call(
        assignRoles,
        {
          params,
          body: {
            roles: SystemRole.options.flatMap((role) => value[role].map((person) => ({ person, role }))),
          },
        },
        { ifMatch },
      ),
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
      <Stack maw={640}>
        {overtaken && now ? (
          <Conflict
            theirs={byRole(now.value.roles)}
            yours={value}
            takeTheirs={() => {
              setValue(byRole(now.value.roles));
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
        {SystemRole.options.map((role) => (
          <TagsInput
            key={role}
            label={ROLE[role]}
            description={text.people.description}
            acceptValueOnBlur
            splitChars={[',', ' ', ';']}
            value={value[role]}
            onChange={(people) => setValue({ ...value, [role]: people })}
          />
        ))}
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
