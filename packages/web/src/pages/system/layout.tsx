/** The head of a system, and the tabs under it; each tab is a page with its own address. */

import { Alert, Badge, Box, Button, CopyButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { VerdictCounts } from '../../parts/verdict-counts.tsx';
import { PHASE } from '../../parts/words.ts';
import { type Assessment, useAssessment, useSystem, useSystemParams } from './data.ts';
import classes from './layout.module.css';
import { text } from './text.ts';

const BASE = '/$organisation/systems/$system';
const TABS = [
  ['board', `${BASE}/board`],
  ['inventory', `${BASE}/inventory`],
  ['triage', `${BASE}/triage`],
  ['components', `${BASE}/components`],
  ['findings', `${BASE}/findings`],
  ['unknowns', `${BASE}/unknowns`],
  ['applicability', `${BASE}/applicability`],
  ['ixit', `${BASE}/ixit`],
  ['evidence', `${BASE}/evidence`],
  ['requests', `${BASE}/requests`],
  ['history', `${BASE}/history`],
  ['ledger', `${BASE}/ledger`],
  ['audit', `${BASE}/audit`],
  ['publicPage', `${BASE}/public-page`],
  ['declaration', `${BASE}/declaration`],
  ['people', `${BASE}/people`],
] as const;

export function SystemLayout() {
  const params = useSystemParams();
  const assessment = useAssessment();
  const system = useSystem();
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // Where the tabs scroll sideways, the one that is open is in sight.
  useEffect(() => {
    const tab = tabs.current?.querySelector(`[href="${pathname}"]`);
    tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  if (system.error && system.data === undefined)
    return (
      <Page title={text.header.notThere}>
        <Failure error={system.error} retry={() => void system.refetch()} />
      </Page>
    );
  const counts: Partial<Record<keyof typeof text.tabs, number>> = assessment.data
    ? {
        inventory: assessment.data.inventory.assets.length,
        // 0 of what nobody looked at would read as clean.
        ...(assessment.data.fingerprint === null
          ? {}
          : { findings: assessment.data.findings.length, unknowns: assessment.data.unknowns.length }),
      }
    : {};
  return (
    <Stack gap="md" maw={1320} mx="auto">
      <Await query={system} height={64}>
        {({ value }) => (
          <Head
            name={value.name}
            purpose={value.purpose}
            phase={PHASE[value.phase]}
            assessment={assessment.data}
            failed={assessment.error !== null}
          />
        )}
      </Await>
      <nav aria-label={text.tabsLabel} className={classes.tabs} ref={tabs}>
        {TABS.map(([tab, to]) => (
          <Link key={tab} to={to} params={params} className={classes.tab ?? ''}>
            {text.tabs[tab]}
            {counts[tab] === undefined ? null : (
              <span className={classes.count}>{counts[tab].toLocaleString('en')}</span>
            )}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Stack>
  );
}

function Head({
  name,
  purpose,
  phase,
  assessment,
  failed,
}: {
  name: string;
  purpose: string;
  phase: string;
  assessment: Assessment | undefined;
  /** The assessment can't be read; the tab says why. */
  failed: boolean;
}) {
  const contradictions = Object.values(assessment?.features ?? {}).filter(
    (state) => state.contradiction !== undefined,
  ).length;
  return (
    <Stack gap="xs">
      <Group gap="sm" align="center">
        <Title order={1} size="h2" data-heading tabIndex={-1}>
          {name}
        </Title>
        <Badge variant="default" tt="none">
          {phase}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" maw={820}>
        {purpose}
      </Text>
      {assessment ? (
        <Group style={{ gap: '8px 32px' }}>
          <Fact label={text.header.shall}>
            <VerdictCounts counts={assessment.counts.shall} />
          </Fact>
          <Fact label={text.header.should}>
            <VerdictCounts counts={assessment.counts.should} />
          </Fact>
          <Fact label={text.header.fingerprint}>
            <Fingerprint digest={assessment.fingerprint} />
          </Fact>
          <Fact label={text.header.assessed}>
            <Time at={assessment.evaluatedAt} />
          </Fact>
        </Group>
      ) : failed ? null : (
        <Skeleton height={40} maw={560} />
      )}
      {contradictions > 0 ? <Contradictions n={contradictions} /> : null}
    </Stack>
  );
}

function Contradictions({ n }: { n: number }) {
  const params = useSystemParams();
  return (
    <Alert color="orange" p="xs" variant="light">
      <Group gap="sm">
        <Text size="sm">{text.header.contradictions(n)}</Text>
        <Button
          size="compact-xs"
          variant="default"
          renderRoot={(props) => (
            <Link to={`${BASE}/applicability`} params={params} search={{ contradictions: true }} {...props} />
          )}
        >
          {text.header.showContradictions}
        </Button>
      </Group>
    </Alert>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </Box>
  );
}

function Fingerprint({ digest }: { digest: string | null }) {
  if (digest === null) return text.header.noFingerprint;
  return (
    <Group gap={6} wrap="nowrap">
      <Text ff="monospace" size="sm" title={digest}>
        {digest.slice(7, 19)}…
      </Text>
      <CopyButton value={digest}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            className="no-print"
            onClick={copy}
            aria-label={text.header.copy}
          >
            {copied ? text.header.copied : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
