/** One system, found by the service as one types: there may be thousands. */
import { listSystems } from '@custos/contract';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf, read } from '../api/client.ts';

/** Systems offered at once. */
const MOST = 20;

export function SystemSelect({
  organisation,
  label,
  description,
  placeholder,
  value,
  onChange,
}: {
  organisation: string;
  label: string;
  description?: string;
  placeholder?: string;
  value: string | undefined;
  onChange: (system: string | undefined) => void;
}) {
  // Mantine tells a choice as a search, too: what is asked for is what somebody types.
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const found = useQuery({
    ...read(listSystems, {
      params: { organisation },
      query: { limit: MOST, ...(asked === '' ? {} : { search: asked }) },
    }),
    placeholderData: keepPreviousData,
  });
  const data = (found.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={label}
      description={description}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `${label}: ${placeholder ?? 'none'}` }}
      error={found.error ? messageOf(found.error) : undefined}
      // What is chosen stays one of the options.
      data={
        value === undefined || data.some((one) => one.value === value)
          ? data
          : [...data, chosen?.value === value ? chosen : { value, label: value }]
      }
      filter={({ options }) => options}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => setTyped('')}
      value={value ?? null}
      onChange={(next, option) => {
        setTyped('');
        setChosen(option ?? undefined);
        onChange(next ?? undefined);
      }}
    />
  );
}
