/** People of the organisation, chosen by name. An address may be typed too; the service refuses who is no member. */
import { listMembers } from '@custos/contract';
import { Pill, Stack, TagsInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../api/client.ts';

/** Names by address; empty until they are there, or where they can't be read. */
export function useNames(organisation: string): ReadonlyMap<string, string> {
  const members = useQuery(read(listMembers, { params: { organisation } }));
  return new Map(members.data?.items.map(({ person, name }) => [person, name]));
}

/** Options of the list at most; typing finds the others. */
const MOST = 20;

export function PeopleInput({
  organisation,
  label,
  description,
  value,
  onChange,
}: {
  organisation: string;
  label: string;
  description?: string;
  /** E-mail addresses. */
  value: string[];
  onChange: (people: string[]) => void;
}) {
  const names = useNames(organisation);
  const [typed, setTyped] = useState('');
  return (
    <TagsInput
      label={label}
      description={description}
      data={[...names].map(([person, name]) => ({ value: person, label: `${name} ${person}` }))}
      limit={MOST}
      splitChars={[',', ';']}
      // An address is taken as it is typed.
      selectFirstOptionOnChange={!typed.includes('@')}
      searchValue={typed}
      onSearchChange={setTyped}
      dropdownOpened={typed !== ''}
      value={value}
      onChange={(people) => onChange([...new Set(people.flatMap(addresses))])}
      renderOption={({ option }) => (
        <Person person={String(option.value)} name={names.get(String(option.value))} />
      )}
      renderPill={({ value: person = '', onRemove, disabled }) => (
        <Pill withRemoveButton={disabled !== true} {...(onRemove ? { onRemove } : {})}>
          {names.get(person) ?? person}
        </Pill>
      )}
    />
  );
}

/** `a@x.org b@x.org` → each of them. */
function addresses(typed: string): string[] {
  return typed.includes('@') ? typed.trim().split(/\s+/) : [typed];
}

/** Name and address; the address alone where the name is unknown. */
export function Person({ person, name = person }: { person: string; name: string | undefined }) {
  if (name === person)
    return (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {person}
      </Text>
    );
  return (
    <Stack gap={0} style={{ overflowWrap: 'anywhere' }}>
      <Text size="sm">{name}</Text>
      <Text size="xs" c="dimmed">
        {person}
      </Text>
    </Stack>
  );
}
