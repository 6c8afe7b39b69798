/** Keeping a public page: its draft, publishing and withdrawing it, and what axe-core found on it. */
import {
  type Answer,
  checkOrganisationPublication,
  checkSystemPublication,
  getOrganisationPublication,
  getSystemPublication,
  publishOrganisation,
  publishSystem,
  saveOrganisationPublication,
  saveSystemPublication,
  withdrawOrganisation,
  withdrawSystem,
} from '@custos/contract';
import { OrganisationPage, SystemPage } from '@custos/core';
import { Alert, Anchor, Button, Code, FileInput, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import type { z } from 'zod';
import { client, queryClient } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { type Draft, DraftForm, useDraft } from '../../parts/draft.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Page } from '../../parts/page.tsx';
import { completed, SchemaFields, schemaOf } from '../../parts/schema-form.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { Notices } from './notices.tsx';
import { text } from './text.ts';

interface State {
  readonly draft?: unknown;
  readonly published?:
    | { readonly edition: number; readonly by: string; readonly at: string; readonly url: string }
    | undefined;
  readonly changed: boolean;
}

interface Looked {
  readonly looked: { readonly fetched: boolean; readonly detail: string };
}

/** What one does with a page, be it of the organisation or of a system. */
interface Deeds {
  readonly schema: z.ZodType;
  save(draft: unknown, ifMatch: string): Promise<unknown>;
  publish(ifMatch: string): Promise<Looked>;
  withdraw(ifMatch: string): Promise<unknown>;
  check(axe: unknown): Promise<Looked['looked']>;
}

export function OrganisationPublicationPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/public-page' });
  const params = { organisation };
  const state = useQuery(readVersioned(getOrganisationPublication, { params }));
  const { may } = useStandingOn(organisation);
  return (
    <Page title={text.publication.titleOrganisation} description={text.publication.helpOrganisation}>
      <Await query={state}>
        {(answer) => (
          <Keep
            order={2}
            answer={answer}
            may={may('publication.manage')}
            more={({ url }) => (
              <Link href={`${url}/.well-known/security.txt`}>{text.publication.securityTxt}</Link>
            )}
            deeds={{
              schema: OrganisationPage,
              save: (draft, ifMatch) =>
                client.call(
                  saveOrganisationPublication,
                  { params, body: OrganisationPage.parse(draft) },
                  { ifMatch },
                ),
              publish: (ifMatch) => client.call(publishOrganisation, { params }, { ifMatch }),
              withdraw: (ifMatch) => client.call(withdrawOrganisation, { params }, { ifMatch }),
              check: (axe) => client.call(checkOrganisationPublication, { params, body: { axe } }),
            }}
          />
        )}
      </Await>
    </Page>
  );
}

export function SystemPublicationPage() {
  const params = useSystemParams();
  const system = useSystem();
  const { may } = useStanding();
  const state = useQuery(readVersioned(getSystemPublication, { params }));
  return (
    <Section
      title={text.publication.titleSystem}
      of={system.data?.value.name ?? ''}
      help={text.publication.helpSystem}
    >
      <Await query={state}>
        {(answer) => (
          <>
            <Keep
              answer={answer}
              order={3}
              may={may('publication.manage')}
              more={({ url }) => <Link href={`${url}/notices.atom`}>{text.publication.feed}</Link>}
              deeds={{
                schema: SystemPage,
                save: (draft, ifMatch) =>
                  client.call(saveSystemPublication, { params, body: SystemPage.parse(draft) }, { ifMatch }),
                publish: (ifMatch) => client.call(publishSystem, { params }, { ifMatch }),
                withdraw: (ifMatch) => client.call(withdrawSystem, { params }, { ifMatch }),
                check: (axe) => client.call(checkSystemPublication, { params, body: { axe } }),
              }}
            />
            <Notices published={answer.value.published !== undefined} />
          </>
        )}
      </Await>
    </Section>
  );
}

function Link({ href, children }: { href: string; children: string }) {
  return (
    <Anchor size="sm" href={href} target="_blank" rel="noreferrer">
      {children}
    </Anchor>
  );
}

function Keep({
  answer: { value, etag = '' },
  may,
  deeds,
  more,
  order,
}: {
  answer: Answer<State>;
  may: boolean;
  deeds: Deeds;
  /** Level of the headings. */
  order: 2 | 3;
  /** Beside the link to the page. */
  more: (published: NonNullable<State['published']>) => ReactNode;
}) {
  const { published } = value;
  const schema = useMemo(() => schemaOf(deeds.schema), [deeds.schema]);
  const draft = useDraft<unknown>(
    { value: value.draft, etag },
    async (given, ifMatch) => {
      const parsed = deeds.schema.safeParse(completed(schema, given ?? {}));
      const issue = parsed.error?.issues[0];
      if (issue) throw new Error(`${issue.path.map(String).join(', ')}: ${issue.message}`);
      return deeds.save(parsed.data, ifMatch);
    },
    { say: text.publication.saved },
  );
  const publishing = useMutation({
    mutationFn: () => deeds.publish(etag),
    onSuccess: async ({ looked }) => {
      await queryClient.invalidateQueries();
      notifications.show({ message: looked.detail, color: 'green' });
    },
  });
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <Stack>
      <Card title={text.publication.status} order={order}>
        {published ? (
          <>
            <Text size="sm">
              {text.publication.published(published.edition, published.by)}, <Time at={published.at} />
            </Text>
            <Group gap="md">
              <Link href={published.url}>{text.publication.open}</Link>
              {more(published)}
            </Group>
          </>
        ) : (
          <Text size="sm">{text.publication.notPublished}</Text>
        )}
        {published && value.changed ? (
          <Alert color="orange" variant="light" p="xs">
            {text.publication.changed}
          </Alert>
        ) : null}
        {may ? (
          <>
            <Text size="sm" c="dimmed">
              {draft.open ? text.publication.saveFirst : text.publication.publishHelp}
            </Text>
            <Group gap="xs">
              <Button
                size="xs"
                disabled={value.draft === undefined || draft.open}
                loading={publishing.isPending}
                onClick={() => publishing.mutate()}
              >
                {published ? text.publication.publishAgain : text.publication.publish}
              </Button>
              {published ? (
                <Button
                  size="xs"
                  variant="default"
                  disabled={draft.open}
                  onClick={() => setWithdrawing(true)}
                >
                  {text.publication.withdraw}
                </Button>
              ) : null}
            </Group>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {text.publication.readOnly}
          </Text>
        )}
        {publishing.error ? <Failure error={publishing.error} /> : null}
        {withdrawing ? (
          <FormDialog
            title={text.publication.withdrawTitle}
            help={text.publication.withdrawHelp}
            submit={text.publication.withdraw}
            done={text.publication.withdrawn}
            size="md"
            danger
            close={() => setWithdrawing(false)}
            run={() => deeds.withdraw(etag)}
          />
        ) : null}
      </Card>
      {may && published ? <Check url={published.url} check={deeds.check} order={order} /> : null}
      {may ? <DraftOfPage draft={draft} schema={schema} order={order} /> : null}
    </Stack>
  );
}

function Check({ url, check, order }: { url: string; check: Deeds['check']; order: 2 | 3 }) {
  const [file, setFile] = useState<File | null>(null);
  const checking = useMutation({
    mutationFn: async () => {
      let axe: unknown;
      try {
        axe = JSON.parse((await file?.text()) ?? '');
      } catch {
        throw new Error(text.publication.notJson);
      }
      return check(axe);
    },
    onSuccess: async ({ detail }) => {
      await queryClient.invalidateQueries();
      notifications.show({ message: detail, color: 'green' });
    },
  });
  return (
    <Card title={text.publication.check} help={text.publication.checkHelp} order={order}>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text.publication.checkCommand(url)}
      </Code>
      <Group align="flex-end" gap="xs">
        <FileInput
          label={text.publication.file}
          accept="application/json,.json"
          miw={260}
          value={file}
          onChange={setFile}
        />
        <Button
          variant="default"
          disabled={file === null}
          loading={checking.isPending}
          onClick={() => checking.mutate()}
        >
          {text.publication.record}
        </Button>
      </Group>
      {checking.error ? <Failure error={checking.error} /> : null}
    </Card>
  );
}

function DraftOfPage({ draft, schema, order }: { draft: Draft<unknown>; schema: unknown; order: 2 | 3 }) {
  return (
    <Card title={text.publication.draft} order={order}>
      <DraftForm draft={draft} submit={text.publication.save}>
        {draft.newest.value === undefined ? <Text size="sm">{text.publication.noDraft}</Text> : null}
        <SchemaFields schema={schema} value={draft.value ?? {}} onChange={draft.set} />
      </DraftForm>
    </Card>
  );
}
