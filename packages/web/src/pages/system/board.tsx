/** 13 principles, 133 duties: one square each, and below them the duties in words. */

import { Norm, Phase, Role, VERDICTS } from '@custos/core';
import { Box, Button, Group, Paper, Select, Stack, Switch, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { memo, useCallback, useMemo } from 'react';
import { Await } from '../../parts/await.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK, VerdictBadge } from '../../parts/verdict-badge.tsx';
import { NORM, PHASE, ROLE, VERDICT } from '../../parts/words.ts';
import classes from './board.module.css';
import { type BoardDuty, type BoardPrinciple, type BoardSearch, boardOf } from './board-filter.ts';
import { type Assessment, type Catalogue, useAssessment, useCatalogue, useStanding } from './data.ts';
import { text } from './text.ts';
import { WhyDrawer } from './why.tsx';

export function BoardPage() {
  const assessment = useAssessment();
  const catalogue = useCatalogue();
  return (
    <Await query={assessment} height={480}>
      {(document) => (
        <Await query={catalogue} height={480}>
          {(words) => <Board assessment={document} catalogue={words} />}
        </Await>
      )}
    </Await>
  );
}

function Board({ assessment, catalogue }: { assessment: Assessment; catalogue: Catalogue }) {
  const search = useSearch({ from: '/shell/$organisation/systems/$system/board' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/board' });
  const { speaks } = useStanding();
  const verdicts = useMemo(
    () => new Map(assessment.provisions.flatMap(({ duties }) => duties).map((duty) => [duty.id, duty])),
    [assessment],
  );
  const { duty: opened, ...filter } = search;
  const principles = useMemo(
    () => boardOf(catalogue, verdicts, search, speaks),
    [catalogue, verdicts, search, speaks],
  );
  const all = principles.flatMap(({ provisions }) => provisions).flatMap(({ duties }) => duties);
  const shown = all.filter((one) => one.shown).length;
  const set = (change: Partial<BoardSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const open = useCallback(
    (duty: string | undefined) => void navigate({ search: (old) => ({ ...old, duty }), resetScroll: false }),
    [navigate],
  );
  return (
    <Section title={text.board.title} of={assessment.system.name} help={text.board.help}>
      <Filters
        filter={filter}
        set={set}
        mine={speaks.length > 0}
        shown={text.board.shown(shown, all.length)}
      />
      <Paper withBorder p="md" className="keep-together">
        <Grid principles={principles} open={open} />
      </Paper>
      {shown === 0 ? (
        <Text>{text.board.nothing}</Text>
      ) : (
        principles.map((one) => <Principle key={one.principle.number} {...one} open={open} />)
      )}
      <WhyDrawer
        verdict={opened === undefined ? undefined : verdicts.get(opened)}
        catalogue={catalogue}
        close={() => open(undefined)}
      />
    </Section>
  );
}

interface Option {
  value: string;
  label: string;
}

function optionsOf<T extends string>(values: readonly T[], labels: Record<T, string>): Option[] {
  return values.map((value) => ({ value, label: labels[value] }));
}

const ROLES = optionsOf(
  Role.options.filter((role) => role !== 'end_user' && role !== 'affected_entity' && role !== 'auditor'),
  ROLE,
);

function Filters({
  filter,
  set,
  mine,
  shown,
}: {
  filter: BoardSearch;
  set: (change: Partial<BoardSearch>) => void;
  mine: boolean;
  shown: string;
}) {
  const select = <K extends 'role' | 'norm' | 'verdict' | 'phase'>(
    key: K,
    label: string,
    data: Option[],
    width: number,
    parse: (value: string) => BoardSearch[K],
  ) => (
    <Select
      label={label}
      size="xs"
      w={width}
      placeholder={text.board.any}
      clearable
      clearButtonProps={{ 'aria-label': `${label}: ${text.board.any}` }}
      data={data}
      value={filter[key] ?? null}
      onChange={(value) => set({ [key]: value === null ? undefined : parse(value) })}
    />
  );
  const any = Object.values(filter).some((value) => value !== undefined);
  return (
    <Group align="flex-end" gap="sm" className="no-print">
      {select('role', text.board.role, ROLES, 160, (value) => Role.parse(value))}
      {select('norm', text.board.norm, optionsOf(Norm.options, NORM), 110, (value) => Norm.parse(value))}
      {select('verdict', text.board.verdict, optionsOf(VERDICTS, VERDICT), 150, (value) =>
        VERDICTS.find((verdict) => verdict === value),
      )}
      {select('phase', text.board.phase, optionsOf(Phase.options, PHASE), 150, (value) => Phase.parse(value))}
      <Switch
        size="sm"
        mb={4}
        label={text.board.mine}
        checked={filter.mine === true}
        disabled={!mine}
        {...(mine ? {} : { description: text.board.unknownRole })}
        onChange={(event) => set({ mine: event.currentTarget.checked ? true : undefined })}
      />
      {any ? (
        <Button
          size="compact-sm"
          mb={4}
          variant="default"
          onClick={() =>
            set({
              role: undefined,
              norm: undefined,
              verdict: undefined,
              phase: undefined,
              mine: undefined,
            })
          }
        >
          {text.board.clear}
        </Button>
      ) : null}
      <Text size="sm" c="dimmed" mb={4} role="status">
        {shown}
      </Text>
    </Group>
  );
}

type Open = (duty: string | undefined) => void;

const Grid = memo(function Grid({ principles, open }: { principles: readonly BoardPrinciple[]; open: Open }) {
  return (
    <Box className={classes.grid ?? ''}>
      {principles.map(({ principle, provisions }) => (
        <div key={principle.number} className={classes.row}>
          <a className={classes.principle} href={`#principle-${principle.number}`}>
            <span className={classes.clause}>{principle.clause}</span>
            {principle.title}
          </a>
          <div className={classes.squares}>
            {provisions.map(({ provision, duties }) => (
              <span key={provision.id} className={classes.provision}>
                {duties.map((one) => (
                  <Square key={one.duty.id} {...one} open={open} />
                ))}
              </span>
            ))}
          </div>
        </div>
      ))}
    </Box>
  );
});

function Square({ verdict, duty, shown, open }: BoardDuty & { open: Open }) {
  const { sign, label } = VERDICT_LOOK[verdict.verdict];
  const name = `${duty.id} ${NORM[duty.norm]}: ${label}${verdict.waived ? ', waived' : ''}`;
  return (
    <button
      type="button"
      className={classes.square}
      data-verdict={verdict.verdict}
      data-norm={duty.norm}
      data-hidden={!shown || undefined}
      aria-label={name}
      title={`${name}. ${duty.text}`}
      onClick={() => open(duty.id)}
    >
      {sign}
    </button>
  );
}

const Principle = memo(function Principle({ principle, provisions, open }: BoardPrinciple & { open: Open }) {
  const visible = provisions
    .map(({ provision, duties }) => ({ provision, duties: duties.filter(({ shown }) => shown) }))
    .filter(({ duties }) => duties.length > 0);
  if (visible.length === 0) return null;
  return (
    <Stack gap={6} component="section" id={`principle-${principle.number}`} className={classes.section}>
      <Title order={3} size="h5">
        <span className={classes.clause}>{principle.clause}</span> {principle.title}
      </Title>
      {visible.map(({ provision, duties }) => (
        <Paper key={provision.id} withBorder className="keep-together">
          <div className={classes.head}>
            <span className={classes.clause}>{provision.id}</span> {provision.title}
          </div>
          {duties.map((one) => (
            <Row key={one.duty.id} {...one} open={open} />
          ))}
        </Paper>
      ))}
    </Stack>
  );
});

function Row({ verdict, duty, open }: BoardDuty & { open: Open }) {
  return (
    <button type="button" className={classes.duty} onClick={() => open(duty.id)}>
      <span className={classes.badge}>
        <VerdictBadge verdict={verdict.verdict} waived={verdict.waived} />
      </span>
      <span className={classes.what}>
        <span>
          {duty.text}{' '}
          <span className={classes.meta}>
            {duty.id} · {NORM[duty.norm]} · {duty.roles.map((role) => ROLE[role]).join(', ')}
          </span>
        </span>
        <span className={classes.reason}>{verdict.reasons[0]?.message ?? text.board.noReason}</span>
      </span>
      <span className={classes.until}>
        {verdict.validUntil === undefined ? null : (
          <>
            {text.board.until} <Time at={verdict.validUntil} short />
          </>
        )}
      </span>
    </button>
  );
}
