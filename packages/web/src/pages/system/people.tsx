/** Who holds which role on the system. */
import { assignRoles, type getSystem, type ResultOf, SystemRole } from '@custos/contract';
import { Group, List, Paper, Text, Title } from '@mantine/core';
import { client } from '../../api/client.ts';
import { DraftForm, useDraft, type Version } from '../../parts/draft.tsx';
import { Cancel } from '../../parts/form.tsx';
import { PeopleInput, Person, useNames } from '../../parts/people-input.tsx';
import { ROLE } from '../../parts/words.ts';
import { useSystemParams } from './data.ts';
import { Editable } from './editable.tsx';
import { text } from './text.ts';

type Roles = ResultOf<typeof getSystem>['roles'];
type ByRole = Record<SystemRole, string[]>;

function byRole(roles: Roles): ByRole {
  const people: ByRole = { developer: [], system_operator: [], data_custodian: [] };
  for (const { person, role } of roles) people[role].push(person);
  return people;
}

export function PeoplePage() {
  return (
    <Editable
      words={text.people}
      needs="system.assign"
      show={({ roles }) => (
        <Group align="stretch" grow preventGrowOverflow={false}>
          {SystemRole.options.map((role) => (
            <Paper key={role} withBorder p="md" miw={240}>
              <Title order={3} size="h6" mb={6}>
                {ROLE[role]}
              </Title>
              <Holders people={byRole(roles)[role]} />
            </Paper>
          ))}
        </Group>
      )}
      edit={({ value: { roles }, etag }, close) => (
        <Edit newest={{ value: byRole(roles), etag }} close={close} />
      )}
    />
  );
}

function Holders({ people }: { people: readonly string[] }) {
  const { organisation } = useSystemParams();
  const names = useNames(organisation);
  if (people.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.people.nobody}
      </Text>
    );
  return (
    <List size="sm" listStyleType="none">
      {people.map((person) => (
        <List.Item key={person}>
          <Person person={person} name={names.get(person)} />
        </List.Item>
      ))}
    </List>
  );
}

function Edit({ newest, close }: { newest: Version<ByRole>; close: () => void }) {
  const params = useSystemParams();
  const draft = useDraft(
    newest,
    (people, ifMatch) => {
      const roles = SystemRole.options.flatMap((role) => people[role].map((person) => ({ person, role })));
      return client.call(assignRoles, { params, body: { roles } }, { ifMatch });
    },
    { say: text.people.saved, close },
  );
  return (
    <DraftForm
      draft={draft}
      maw={640}
      submit={text.people.save}
      justify="flex-end"
      cancel={<Cancel close={close} />}
    >
      {SystemRole.options.map((role) => (
        <PeopleInput
          key={role}
          organisation={params.organisation}
          label={ROLE[role]}
          description={text.people.description}
          value={draft.value[role]}
          onChange={(people) => draft.set({ ...draft.value, [role]: people })}
        />
      ))}
    </DraftForm>
  );
}
