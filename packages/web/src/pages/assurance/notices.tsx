/** Notices on the public page of a system, and the form that publishes one. */
import { listNotices, publishNotice, TriageRole, withdrawNotice } from '@custos/contract';
import { predicates } from '@custos/core';
import {
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Part } from '../../parts/part.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { useStanding, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

const { kind: KIND, audience: AUDIENCE } = predicates.notice.shape;

export function Notices({ published }: { published: boolean }) {
  const params = useSystemParams();
  const { speaks } = useStanding();
  const notices = useQuery(read(listNotices, { params }));
  const [writing, setWriting] = useState(false);
  const withdrawing = useMutation({
    mutationFn: (notice: `sha256:${string}`) =>
      client.call(withdrawNotice, { params: { ...params, notice } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const mine = TriageRole.options.filter((role) => speaks.includes(role));
  return (
    <Part
      title={text.publication.notices}
      help={published ? text.publication.noticesHelp : text.publication.noticeNeedsPage}
      actions={
        mine.length > 0 ? (
          <Button size="xs" disabled={!published} onClick={() => setWriting(true)}>
            {text.publication.newNotice}
          </Button>
        ) : null
      }
    >
      <Await query={notices} height={60}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{text.publication.noNotice}</Text>
          ) : (
            items.map((notice) => (
              <Paper key={notice.id} withBorder p="sm">
                <Group justify="space-between" align="flex-start">
                  <div>
                    <Text size="sm" fw={600}>
                      {notice.title}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {words(notice.kind)}, {notice.by}, <Time at={notice.at} />
                    </Text>
                  </div>
                  {mine.length > 0 ? (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={text.publication.withdrawNotice(notice.title)}
                      onClick={() => withdrawing.mutate(notice.id)}
                    >
                      {text.publication.withdraw}
                    </Button>
                  ) : null}
                </Group>
              </Paper>
            ))
          )
        }
      </Await>
      {withdrawing.error ? <Failure error={withdrawing.error} /> : null}
      {writing ? <NewNotice roles={mine} close={() => setWriting(false)} /> : null}
    </Part>
  );
}

function NewNotice({
  roles,
  close,
}: {
  roles: readonly ('developer' | 'system_operator')[];
  close: () => void;
}) {
  const params = useSystemParams();
  const [role, setRole] = useState(roles[0] ?? 'developer');
  const [said, setSaid] = useState({ title: '', description: '', impact: '', action: '' });
  const [kind, setKind] = useState<z.infer<typeof KIND>>('security_update');
  const [audience, setAudience] = useState<z.infer<typeof AUDIENCE>>('end_user');
  const [about, setAbout] = useState<string[]>([]);
  const [reach, setReach] = useState({ recipients: 0, delivered: 0 });
  const area = (field: 'description' | 'impact' | 'action') => (
    <Textarea
      label={text.publication[field]}
      required
      minLength={20}
      autosize
      minRows={2}
      value={said[field]}
      onChange={(event) => setSaid({ ...said, [field]: event.currentTarget.value })}
    />
  );
  const number = (field: 'recipients' | 'delivered') => (
    <NumberInput
      label={text.publication[field]}
      hideControls
      min={0}
      allowDecimal={false}
      value={reach[field]}
      onChange={(value) => setReach({ ...reach, [field]: Number(value) || 0 })}
    />
  );
  return (
    <FormDialog
      title={text.publication.newNotice}
      submit={text.publication.publish}
      close={close}
      disabled={about.length === 0}
      run={() =>
        client.call(publishNotice, { params, body: { ...said, ...reach, kind, audience, about, role } })
      }
    >
      {roles.length > 1 ? (
        <Select
          label={text.role}
          allowDeselect={false}
          data={roles.map((value) => ({ value, label: ROLE[value] }))}
          value={role}
          onChange={(value) => setRole(TriageRole.parse(value))}
        />
      ) : null}
      <TextInput
        label={text.publication.noticeTitle}
        required
        minLength={3}
        maxLength={200}
        value={said.title}
        onChange={(event) => setSaid({ ...said, title: event.currentTarget.value })}
      />
      <Group grow>
        <Select
          label={text.publication.kind}
          allowDeselect={false}
          data={KIND.options.map((value) => ({ value, label: words(value) }))}
          value={kind}
          onChange={(value) => setKind(KIND.parse(value))}
        />
        <Select
          label={text.publication.audience}
          allowDeselect={false}
          data={AUDIENCE.options.map((value) => ({ value, label: ROLE[value] }))}
          value={audience}
          onChange={(value) => setAudience(AUDIENCE.parse(value))}
        />
      </Group>
      <TagsInput
        label={text.publication.about}
        description={text.publication.aboutHelp}
        withAsterisk
        acceptValueOnBlur
        value={about}
        onChange={setAbout}
      />
      {area('description')}
      {area('impact')}
      {area('action')}
      <Group grow>
        {number('recipients')}
        {number('delivered')}
      </Group>
      <Text size="xs" c="dimmed">
        {text.publication.receiptsHelp}
      </Text>
    </FormDialog>
  );
}
