/** The ledger of a system: its checkpoint, its entries, and whether it still begins with what this browser saw before. */
import {
  exportLedger,
  getCheckpoint,
  getConsistency,
  getProof,
  listEntries,
  type ResultOf,
  urlOf,
} from '@custos/contract';
import {
  Anchor,
  Button,
  Code,
  CopyButton,
  Group,
  Paper,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, messageOf, read } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { Checked } from '../../parts/checked.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from '../../parts/words.ts';
import { checkConsistency, checkInclusion, ProofError, requireCrypto } from '../../verify/merkle.ts';
import { checkSignature, readCheckpoint } from '../../verify/note.ts';
import { useSystem, useSystemParams } from '../system/data.ts';
import { save } from './save.ts';
import { text } from './text.ts';

type Checkpoint = ResultOf<typeof getCheckpoint>;

export function LedgerPage() {
  const params = useSystemParams();
  const system = useSystem();
  const checkpoint = useQuery(read(getCheckpoint, { params }));
  return (
    <Section
      title={text.ledger.title}
      of={system.data?.value.name ?? ''}
      help={text.ledger.help}
      actions={
        <Anchor size="sm" href={urlOf(exportLedger, { params })} download={`${params.system}.jsonl`}>
          {text.ledger.export}
        </Anchor>
      }
    >
      <Await query={checkpoint}>
        {(data) => (
          <Stack>
            <Facts checkpoint={data} />
            <Verify checkpoint={data} />
          </Stack>
        )}
      </Await>
      <Entries />
    </Section>
  );
}

function Facts({ checkpoint }: { checkpoint: Checkpoint }) {
  const facts = [
    [text.ledger.origin, checkpoint.origin],
    [text.ledger.entries, checkpoint.size.toLocaleString('en')],
    [text.ledger.root, checkpoint.root ?? '–'],
    [text.ledger.publicKey, checkpoint.publicKey],
  ] as const;
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h6" mb="xs">
        {text.ledger.checkpoint}
      </Title>
      <dl style={{ margin: 0 }}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ marginBottom: 6 }}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0} ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </div>
        ))}
      </dl>
      <Group gap="xs" className="no-print">
        <Copy value={checkpoint.publicKey} label={text.ledger.copyKey} />
        <Copy value={checkpoint.note} label={text.ledger.copyNote} />
      </Group>
    </Paper>
  );
}

function Copy({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button size="xs" variant="default" onClick={copy}>
          {copied ? text.ledger.copied : label}
        </Button>
      )}
    </CopyButton>
  );
}

/** Where this browser keeps the last checkpoint that it saw of a ledger. */
const keyOf = (origin: string) => `custos:checkpoint:${origin}`;

function Verify({ checkpoint }: { checkpoint: Checkpoint }) {
  const params = useSystemParams();
  const [older, setOlder] = useState('');
  const verifying = useMutation({
    mutationFn: async () => {
      requireCrypto();
      // The newest one, and not what the page showed a while ago.
      const now = await client.call(getCheckpoint, { params });
      const signed = await checkSignature(now.note, now.publicKey);
      const second = readCheckpoint(now.note);
      const said: string[] = [signed === 'good' ? text.ledger.signature : text.ledger.noSignature];
      const before = older.trim() === '' ? localStorage.getItem(keyOf(now.origin)) : `${older.trim()}\n`;
      if (before === null) said.push(text.ledger.first);
      else {
        const first = readCheckpoint(before);
        await checkSignature(before, now.publicKey);
        if (first.origin !== second.origin) throw new ProofError(text.ledger.otherOrigin);
        if (first.size > second.size) throw new ProofError(text.ledger.shrunk(first.size, second.size));
        if (first.size > 0) {
          const { proof } = await client.call(getConsistency, {
            params,
            query: { first: first.size, second: second.size },
          });
          await checkConsistency({
            first: first.size,
            second: second.size,
            firstRoot: first.root,
            secondRoot: second.root,
            proof,
          });
        }
        said.push(text.ledger.consistent(first.size, second.size));
      }
      localStorage.setItem(keyOf(now.origin), now.note);
      return { said, signed };
    },
  });
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h6">
        {text.ledger.verify}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {text.ledger.verifyHelp} {text.ledger.sameKeyOnly}
      </Text>
      <Textarea
        label={text.ledger.older}
        description={text.ledger.olderHelp}
        autosize
        minRows={2}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={older}
        onChange={(event) => setOlder(event.currentTarget.value)}
      />
      <Group my="xs">
        <Button
          size="xs"
          disabled={checkpoint.size === 0}
          loading={verifying.isPending}
          onClick={() => verifying.mutate()}
        >
          {text.ledger.run}
        </Button>
      </Group>
      <Checked error={verifying.error} whole={verifying.data?.signed === 'good'}>
        {verifying.data?.said.map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
      </Checked>
    </Paper>
  );
}

function Entries() {
  const params = useSystemParams();
  const [kind, setKind] = useState<'observation' | 'act'>();
  const pages = usePages(listEntries, { params, query: kind ? { kind } : {} });
  const proving = useMutation({
    mutationFn: async (index: number) => {
      requireCrypto();
      const proof = await client.call(getProof, { params: { ...params, index } });
      await checkInclusion(proof);
      save(`${params.system}-${index}.json`, JSON.stringify(proof, undefined, 2));
      notifications.show({ message: text.ledger.included(index), color: 'green' });
    },
    onError: (error) =>
      notifications.show({
        title: error instanceof ProofError ? text.ledger.failed : text.ledger.notVerified,
        message: messageOf(error),
        color: error instanceof ProofError ? 'red' : 'yellow',
        autoClose: false,
      }),
  });
  return (
    <Stack>
      <Select
        size="xs"
        maw={240}
        className="no-print"
        label={text.ledger.kind}
        allowDeselect={false}
        data={[
          { value: '', label: text.triage.all },
          { value: 'observation', label: text.ledger.kinds.observation },
          { value: 'act', label: text.ledger.kinds.act },
        ]}
        value={kind ?? ''}
        onChange={(value) => setKind(value === 'act' || value === 'observation' ? value : undefined)}
      />
      <Pages query={pages}>
        {(items) =>
          items.length === 0 ? (
            <Text>{text.ledger.empty}</Text>
          ) : (
            <Paper withBorder>
              <DataTable
                label={text.ledger.title}
                minWidth={760}
                columns={[text.ledger.index, text.ledger.time, text.ledger.type, text.ledger.who]}
                onScreen={text.ledger.proof}
              >
                {items.map((entry) => (
                  <Table.Tr key={entry.index}>
                    <Table.Td className="tabular">{entry.index}</Table.Td>
                    <Table.Td>
                      <Time at={entry.at} />
                    </Table.Td>
                    <Table.Td>
                      {text.ledger.kinds[entry.kind]}: {words(entry.type)}
                    </Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      {entry.actor ?? <Code>{entry.id?.slice(0, 23)}…</Code>}
                    </Table.Td>
                    <Table.Td className="no-print">
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={text.ledger.proofOf(entry.index)}
                        onClick={() => proving.mutate(entry.index)}
                      >
                        {text.ledger.proof}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </DataTable>
            </Paper>
          )
        }
      </Pages>
    </Stack>
  );
}
