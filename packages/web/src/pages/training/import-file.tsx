/** Bringing in a file: checked first, with each issue at its line; taken after. */
import type { ImportReport } from '@custos/contract';
import { Alert, Button, Checkbox, FileInput, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { queryClient } from '../../api/client.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/failure.tsx';
import { text } from './text.ts';

type Report = z.infer<typeof ImportReport>;
/** More issues than these are counted, not listed. */
const SHOWN = 100;

export type ImportCall = (given: {
  text: string;
  name: string;
  scope: string;
  preview: boolean;
  partial: boolean;
}) => Promise<Report>;

export function ImportFile({
  title,
  accept,
  scope: before,
  run,
  close,
}: {
  title: string;
  accept: string;
  /** Asked for when it is given: what the file covers. */
  scope?: string;
  run: ImportCall;
  close: () => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [scope, setScope] = useState(before ?? '');
  const [partial, setPartial] = useState(false);
  const checking = useMutation({
    mutationFn: async (preview: boolean) =>
      run({ text: (await file?.text()) ?? '', name: file?.name ?? '', scope, preview, partial }),
    onSuccess: async ({ applied }) => {
      if (applied) await queryClient.invalidateQueries();
    },
  });
  const report = checking.data;
  const canApply =
    report !== undefined &&
    !report.applied &&
    report.good > 0 &&
    (report.issues.length === 0 || (partial && before === undefined));
  return (
    <Dialog title={title} size="xl" close={close}>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          checking.mutate(true);
        }}
      >
        <Stack>
          <FileInput
            label={text.team.file}
            placeholder={text.team.choose}
            styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }}
            accept={accept}
            required
            clearable
            clearButtonProps={{ 'aria-label': text.team.otherFile }}
            value={file}
            onChange={(chosen) => {
              setFile(chosen);
              checking.reset();
            }}
          />
          {before === undefined ? (
            <Checkbox
              label={text.team.partial}
              checked={partial}
              onChange={(event) => setPartial(event.currentTarget.checked)}
            />
          ) : (
            <TextInput
              label={text.team.scope}
              description={text.team.scopeHelp}
              required
              minLength={20}
              value={scope}
              onChange={(event) => setScope(event.currentTarget.value)}
            />
          )}
          {checking.error ? <Failure error={checking.error} /> : null}
          <div role="status">{report ? <ReportView report={report} /> : null}</div>
          <Group>
            <Button
              type="submit"
              variant={canApply ? 'default' : 'filled'}
              loading={checking.isPending}
              disabled={!file}
            >
              {text.team.check}
            </Button>
            {canApply ? (
              <Button loading={checking.isPending} onClick={() => checking.mutate(false)}>
                {text.team.apply}
              </Button>
            ) : null}
            {report?.applied ? (
              <Button variant="default" onClick={close}>
                {text.team.close}
              </Button>
            ) : null}
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function ReportView({ report }: { report: Report }) {
  const { applied, good, existing, issues } = report;
  return (
    <Stack gap="xs">
      <Alert color={applied ? 'green' : issues.length > 0 ? 'yellow' : 'blue'}>
        {applied ? text.team.applied(good, existing) : text.team.good(good)}{' '}
        {issues.length === 0 ? text.team.noIssues : null}
      </Alert>
      {issues.length > 0 ? (
        <DataTable
          label={text.team.issues}
          minWidth={420}
          maxHeight={320}
          columns={[text.team.line, text.team.field, text.team.why]}
        >
          {issues.slice(0, SHOWN).map(({ line, field, message }) => (
            <Table.Tr key={`${line} ${field} ${message}`}>
              <Table.Td className="tabular">{line}</Table.Td>
              <Table.Td>{field}</Table.Td>
              <Table.Td>{message}</Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      ) : null}
      {issues.length > SHOWN ? <Text size="sm">{text.team.truncated(issues.length - SHOWN)}</Text> : null}
    </Stack>
  );
}
