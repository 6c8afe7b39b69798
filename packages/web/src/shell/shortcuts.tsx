/** Keys: Ctrl+K everywhere; `?` and `g` then a letter outside of fields, which one may switch off (WCAG 2.1.4). */
import { Group, Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { useDisclosure, useLocalStorage, useWindowEvent } from '@mantine/hooks';
import { openSpotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { NavEntry, NavSection } from './nav.ts';
import { text } from './text.ts';

/** How long after `g` the letter may come, in milliseconds. */
const PATIENCE = 1500;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="combobox"]'))
  );
}

export function useShortcuts(organisation: string, sections: readonly NavSection[]) {
  const [opened, help] = useDisclosure(false);
  const [on, setOn] = useLocalStorage({ key: 'custos-shortcuts', defaultValue: true });
  const since = useRef(0);
  const navigate = useNavigate();
  const entries = sections.flatMap((section) => section.entries);
  useWindowEvent('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openSpotlight();
      return;
    }
    if (!on || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // Leaving the page would throw away what a dialog holds.
    if (document.querySelector('[role="dialog"]')) return;
    if (event.key === '?') help.open();
    const target =
      event.timeStamp - since.current < PATIENCE ? entries.find(({ key }) => key === event.key) : undefined;
    since.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (target) void navigate({ to: target.to, params: { organisation } });
  });
  return { opened, open: help.open, close: help.close, on, setOn, entries };
}

export function ShortcutHelp({
  opened,
  close,
  on,
  setOn,
  entries,
}: {
  opened: boolean;
  close: () => void;
  on: boolean;
  setOn: (on: boolean) => void;
  entries: readonly NavEntry[];
}) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={text.shortcuts}
      closeButtonProps={{ 'aria-label': text.shortcutsClose }}
    >
      <Stack>
        <Switch
          label={text.shortcutsOn}
          checked={on}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        <Table>
          <Table.Tbody>
            <Keys keys={['Ctrl', 'K']} join="+" does={text.shortcutPalette} />
            <Keys keys={['?']} does={text.shortcutHelp} />
            {entries.map(({ label, key }) =>
              key === undefined ? null : (
                <Keys key={key} keys={['g', key]} join={text.afterwards} does={text.shortcutGo(label)} />
              ),
            )}
          </Table.Tbody>
        </Table>
      </Stack>
    </Modal>
  );
}

function Keys({ keys, join = '', does }: { keys: readonly string[]; join?: string; does: string }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          {keys.map((key, at) => (
            <span key={key}>
              {at > 0 ? `${join} ` : ''}
              <Kbd>{key}</Kbd>
            </span>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>{does}</Table.Td>
    </Table.Tr>
  );
}
