/** Ctrl+K: pages by name, systems by what the server finds. */
import { listSystems } from '@custos/contract';
import { useDebouncedValue } from '@mantine/hooks';
import { closeSpotlight, Spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../api/client.ts';
import type { NavSection } from './nav.ts';
import { text } from './text.ts';

interface Action {
  id: string;
  label: string;
  description?: string;
  onClick: () => void;
}

export function Palette({
  organisation,
  sections,
}: {
  organisation: string;
  sections: readonly NavSection[];
}) {
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 150);
  const navigate = useNavigate();
  const found = useQuery({
    ...read(listSystems, { params: { organisation }, query: { search: asked, limit: 8 } }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const words = query.trim().toLowerCase();
  const groups: { group: string; actions: Action[] }[] = [
    {
      group: text.findPages,
      actions: sections
        .flatMap(({ entries }) => entries)
        .filter(({ label }) => label.toLowerCase().includes(words))
        .map(({ label, to }) => ({
          id: to,
          label,
          onClick: () => void navigate({ to, params: { organisation } }),
        })),
    },
    {
      group: text.findSystems,
      actions: (asked === '' ? [] : (found.data?.items ?? [])).map(({ id, name, purpose }) => ({
        id: `system:${id}`,
        label: name,
        description: purpose,
        onClick: () =>
          void navigate({ to: '/$organisation/systems/$system', params: { organisation, system: id } }),
      })),
    },
  ];
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      // The server searches systems; what it found is not filtered again.
      filter={(_, actions) => actions}
      nothingFound={text.findNothing}
      searchProps={{
        placeholder: text.findHint,
        'aria-label': text.findHint,
        // Enter without a choice takes the first.
        onKeyDown: ({ key }) => {
          // What the last words found is not what these ask for.
          const current = asked === query.trim() && !found.isPlaceholderData;
          const [first] = (current ? groups : groups.slice(0, 1)).flatMap(({ actions }) => actions);
          if (key !== 'Enter' || document.querySelector('.mantine-Spotlight-action[data-selected]')) return;
          if (!first) return;
          first.onClick();
          closeSpotlight();
        },
      }}
      shortcut={null}
      scrollable
      maxHeight={420}
    />
  );
}
