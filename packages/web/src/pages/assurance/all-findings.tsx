/** Findings of auditors across systems. */
import { FindingState, listFindings } from '@custos/contract';
import { Select, Text } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { usePages } from '../../api/pages.ts';
import { Page } from '../../parts/page.tsx';
import { Pages } from '../../parts/pages.tsx';
import { FindingList } from './findings.tsx';
import { text } from './text.ts';

export function AllFindingsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/audit' });
  const { status } = useSearch({ from: '/shell/$organisation/audit' });
  const navigate = useNavigate({ from: '/$organisation/audit' });
  const pages = usePages(listFindings, { params: { organisation }, query: status ? { status } : {} });
  return (
    <Page title={text.auditAll.title} description={text.auditAll.help}>
      <Select
        size="xs"
        maw={240}
        label={text.auditAll.status}
        allowDeselect={false}
        data={[
          { value: '', label: text.auditAll.any },
          ...FindingState.options.map((value) => ({ value, label: text.audit.status[value] })),
        ]}
        value={status ?? ''}
        onChange={(value) => {
          const found = FindingState.safeParse(value).data;
          void navigate({ search: found ? { status: found } : {}, replace: true });
        }}
      />
      <Pages query={pages}>
        {(items) =>
          items.length === 0 ? <Text>{text.auditAll.nothing}</Text> : <FindingList items={items} showSystem />
        }
      </Pages>
    </Page>
  );
}
